"""Citations as RIS, which EndNote, Zotero and Mendeley read."""

from __future__ import annotations

from collections.abc import Iterator

from miacrawl.citation.cited import Cited
from miacrawl.citation.day import day_of
from miacrawl.citation.key import key_of
from miacrawl.citation.name import Name, names_of
from miacrawl.citation.statement import address, line, medium_of, statement, title_of


def as_ris(cited: Cited) -> str:
    """One record, from TY to ER. Values are on one line each, so that none of them can be taken for a tag."""
    return "".join(f"{tag}  - {value}\n" for tag, value in _tags(cited))


def _tags(cited: Cited) -> Iterator[tuple[str, str]]:
    yield "TY", "NEWS" if medium_of(cited) == "newspaper" else "ELEC"
    yield "ID", key_of(cited)
    for name in names_of(cited.authors, (cited.site_name,)):
        yield "AU", _name(name)
    yield "TI", title_of(cited)
    yield "T2", line(cited.container)
    if day := day_of(cited.published):
        yield "PY", f"{day.year:04}"
        yield "DA", day.written("/")
    if cited.language:
        yield "LA", line(cited.language)
    yield "UR", address(cited.url)
    yield "Y2", line(cited.retrieved)[:10].replace("-", "/")
    if cited.permalink:
        yield "L2", address(cited.permalink)
    yield "N1", statement(cited)
    yield "ER", ""


def _name(name: Name) -> str:
    """Family, Given, Suffix. A comma would take another name apart."""
    if not name.is_person:
        return " ".join(line(name.literal).replace(",", " ").split())
    return ", ".join(line(part) for part in (name.family, name.given, name.suffix) if part)
