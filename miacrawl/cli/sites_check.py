"""`miacrawl sites check`: whether the selectors of a profile still find their fields."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miacrawl.cli.options import archive_option, captured_option
from miacrawl.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from miacrawl.induction.fit import FieldFit
    from miacrawl.induction.specimen import Specimen
    from miacrawl.site import Site

_EPILOG = """\b
Examples:
  miacrawl sites check example https://example.org/a-story https://example.org/another
  miacrawl sites check example.yaml page.html=https://example.org/a-story
  miacrawl sites check example old.html=https://example.org/a-story --captured 2023-04-01"""


@click.command("check", epilog=_EPILOG)
@click.argument("profile", metavar="KEY|PROFILE.yaml")
@click.argument("sources", metavar="URL|FILE|FILE=URL...", nargs=-1, required=True)
@archive_option
@captured_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("--allow-private", is_flag=True, help="Allow an address on this machine or a private network.")
def command(
    profile: str, sources: tuple[str, ...], folder: Path, captured: datetime | None, as_json: bool, allow_private: bool
) -> None:
    """Replay a profile on pages: on how many each selector finds its field, and agrees with the generic rules.

    Exit code 6 where a field has drifted: none of its selectors finds anything, though the generic rules do.
    """
    from miacrawl.induction.fit import fits

    site = _site(profile, folder)
    day = (captured or datetime.now(UTC)).date()
    specimens = list(_specimens(sources, site, allow_private))
    fields = fits(site, specimens, day)
    drifted = [field.field for field in fields if field.has_drifted]
    if as_json:
        told = {"profile": site.key, "day": day.isoformat(), "pages": [specimen.url for specimen in specimens]}
        click.echo(json.dumps({**told, "fields": [asdict(field) for field in fields], "drifted": drifted}, indent=2))
    else:
        for line in _lines(site, fields, len(specimens)):
            click.echo(line)
    if drifted:
        click.echo(f"miacrawl: profile {site.key} has drifted: {', '.join(drifted)}", err=True)
        sys.exit(ExitCode.PARTIAL)


def _site(profile: str, folder: Path) -> Site:
    from miacrawl.sites import known_sites, profile_named, use_profiles_of
    from miacrawl.sites.profile_file import read_profile

    if profile.endswith((".yaml", ".yml")):
        return read_profile(Path(profile))
    use_profiles_of(folder)
    site = profile_named(profile)
    if site is None:
        known = ", ".join(one.key for one in known_sites())
        raise ConfigError(f"there is no profile {profile!r} (known: {known}); give its key or its .yaml file")
    return site


def _specimens(sources: tuple[str, ...], site: Site, allow_private: bool) -> Iterator[Specimen]:
    """The pages, fetched or read. Raises ConfigError where one can't be had or is another site's."""
    from miacrawl.cli.page_source import sorted_sources
    from miacrawl.induction.specimen import Specimen

    saved, urls = sorted_sources(sources)
    for url in (*urls, *(page.url for page in saved)):
        if not site.owns(url):
            raise ConfigError(f"{url} is not of {', '.join(site.hosts)}, which profile {site.key} is for")
    for page in saved:
        yield Specimen(page.html, page.url, page.content_type)
    if urls:
        from miacrawl.fetch.several import fetch_all

        for url, outcome in fetch_all(urls, allow_private=allow_private):
            if isinstance(outcome, str):
                raise ConfigError(f"{url} could not be had: {outcome}")
            yield Specimen(outcome.body, outcome.url, outcome.content_type)


def _lines(site: Site, fields: list[FieldFit], pages: int) -> Iterator[str]:
    yield f"profile {site.key} ({site.origin}) on {pages} page{'s' if pages > 1 else ''}"
    if not fields:
        yield "It has no selectors: every field is found by the rules that serve every page."
    for field in fields:
        verdict = "DRIFTED" if field.has_drifted else "ok" if field.served >= field.generic else "in part"
        yield f"{field.field:<11}{verdict}: found on {field.served} of {pages}, by the generic rules on {field.generic}"
        for rule in field.rules:
            told = f"matches {rule.matched}, agrees on {rule.agreed}" if rule.in_force else "not in force on that day"
            yield f"{'':<11}{rule.source}  {told}"
