"""`miacrawl sites new`: a first profile of a site, drafted by comparing several of its pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miacrawl.cli.options import archive_option
from miacrawl.errors import ConfigError, ExitCode
from miacrawl.sites import FOLDER, profiles_in

if TYPE_CHECKING:
    from miacrawl.cli.page_source import PageSource
    from miacrawl.induction.draft import Draft
    from miacrawl.induction.sampling import Sample

_FEW = 4
_EPILOG = """\b
Examples:
  miacrawl sites new https://example.org/
  miacrawl sites new https://example.org/health/ --pages 10 --archive health
  miacrawl sites new https://example.org/ --out example.yaml
  miacrawl sites new one.html=https://example.org/one two.html=https://example.org/two --out -"""


@click.command("new", epilog=_EPILOG)
@click.argument("sources", metavar="URL|FILE|FILE=URL...", nargs=-1, required=True)
@archive_option
@click.option(
    "--pages",
    default=5,
    show_default=True,
    type=click.IntRange(2, 20),
    metavar="N",
    help="Articles to compare, 2 to 20; at most three requests are made for each.",
)
@click.option("--out", metavar="FILE", help="File to write, - for standard output.  [default: DIR/sites/KEY.yaml]")
@click.option("--force", is_flag=True, help="Overwrite a profile that is there already.")
@click.option("--allow-private", is_flag=True, help="Allow an address on this machine or a private network.")
def command(
    sources: tuple[str, ...], folder: Path, pages: int, out: str | None, force: bool, allow_private: bool
) -> None:
    """Draft a profile of a site: what generic extraction finds on several of its articles is looked for in their
    markup, and selectors that find it on all of them are written down.

    From each URL, a home or listing page or an article, the site's articles are found (links, feed, sitemap) and N
    of them fetched politely. Saved pages serve as well: FILE=URL, or FILE where the page says its address.
    """
    from miacrawl.cli.page_source import sorted_sources
    from miacrawl.induction.draft import draft
    from miacrawl.induction.profile_text import profile_text
    from miacrawl.sites.profile_file import profile_from

    saved, urls = sorted_sources(sources)
    if out != "-":
        first = [*urls, *(page.url for page in saved)][0]
        _refuse(Path(out) if out else _usual_place(folder, first), first, folder, force)
    if urls:
        click.echo(
            f"Fetching articles of {', '.join(urls)}, politely; at most {3 * pages + 2 + len(urls)} pages …", err=True
        )
    sample = _sample(saved, urls, pages, allow_private)
    for url, reason in list(sample.failed.items())[:5]:
        click.echo(f"miacrawl: {url} could not be had: {reason}", err=True)
    if len(sample.articles) < 2:
        found = "only one article" if sample.articles else "not one article"
        click.echo(
            f"miacrawl: {found} found among {sample.fetched + len(saved)} pages, and two are needed to compare; "
            "give addresses of articles too",
            err=True,
        )
        sys.exit(ExitCode.NOTHING)
    made = draft(sample, urls[0] if urls else None)
    text = profile_text(made, datetime.now(UTC).date())
    profile_from(text, "the drafted profile")
    path = Path(out) if out else folder / FOLDER / f"{made.key}.yaml"
    if out == "-":
        click.echo(text, nl=False)
    else:
        _refuse(path, made.start, folder, force)
        _write(path, text)
    for line in _report(made, sample, None if out == "-" else path, folder):
        click.echo(line, err=out == "-")


def _sample(saved: list[PageSource], urls: list[str], pages: int, allow_private: bool) -> Sample:
    from miacrawl.induction.sampling import SamplePlan

    plan = SamplePlan(urls, pages, [page.url for page in saved])
    for page in saved:
        plan.add(page.html, page.url, page.content_type)
    if urls:
        from miacrawl.fetch.several import fetch_planned

        fetch_planned(plan, urls, allow_private=allow_private, wants=plan.wants)
    return plan.finish()


def _usual_place(folder: Path, url: str) -> Path:
    from miacrawl.induction.draft import key_for
    from miacrawl.urls import site_of

    try:
        return folder / FOLDER / f"{key_for(site_of(url))}.yaml"
    except ValueError as error:
        raise ConfigError(f"{url} is no address: {error}; write it as https://example.org/") from error


def _refuse(path: Path, url: str, folder: Path, force: bool) -> None:
    """Raise ConfigError where the file is there, or another file of the archive is a profile of that site already."""
    if path.exists() and not force:
        raise ConfigError(f"{path} is there already; add --force to overwrite it, or give another file with --out")
    if path.parent.absolute() != (folder / FOLDER).absolute():
        return
    for site in profiles_in(path.parent, but=path):
        if site.owns(url):
            raise ConfigError(
                f"{site.origin} is a profile of that site already; --out {site.origin} --force replaces it"
            )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(f"{path} can't be written ({error.strerror}); give another file with --out") from error


def _report(made: Draft, sample: Sample, path: Path | None, folder: Path) -> Iterator[str]:
    """What was compared and chosen, and what to do next."""
    from miacrawl.printing import printable

    yield f"{len(made.pages)} articles of {made.host} compared; {sample.fetched} pages fetched."
    if len(made.pages) < _FEW:
        yield "That is few: with more articles (--pages, or their addresses) chance agreements fall away."
    for choice in made.choices:
        for number, chosen in enumerate(choice.chosen):
            rule = f"{chosen.rule.css} @{chosen.rule.attribute}" if chosen.rule.attribute else chosen.rule.css
            yield f"  {choice.field if not number else '':<11}{rule:<40} on {chosen.confirmed} of {choice.pages} pages"
        if not choice.chosen:
            yield f"  {choice.field:<11}- {choice.reason}"
    if any(not choice.chosen for choice in made.choices):
        yield "Fields without a selector are found by the rules that serve every page."
    shape = made.shape
    if shape:
        yield (
            f"Articles are at {printable(shape.pattern)} ({shape.articles} of {shape.of_articles} articles seen, "
            f"{shape.others} of {shape.of_others} other addresses)."
        )
    if path is None:
        return
    yield f"Wrote {path}."
    yield "Next:"
    if path.parent.absolute() != (folder / FOLDER).absolute():
        yield f"  cp {path} {folder / FOLDER}/   (a profile is used from there)"
    archive = "" if folder == Path("archive") else f" --archive {folder}"
    yield f"  miacrawl check '{printable(made.pages[0])}'{archive}"
    yield f"  miacrawl sites check {made.key} '{printable(made.pages[-1])}'{archive}"
    yield f"  miacrawl crawl {made.key} --limit 20{archive}"
