"""Citations as BibTeX: entries that biblatex prints in full, and BibTeX's own styles too."""

from __future__ import annotations

from collections.abc import Iterator

from miacrawl.citation.cited import Cited
from miacrawl.citation.day import MONTHS, day_of
from miacrawl.citation.key import key_of
from miacrawl.citation.name import Name, names_of
from miacrawl.citation.statement import address, line, statement, title_of

# BibTeX counts braces behind a backslash, too: "\{" would leave an entry open.
_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        **{sign: f"\\{sign}" for sign in "$%&#_"},
    }
)


def as_bibtex(cited: Cited) -> str:
    """One @online entry. Styles that do not know @online take it for @misc, and print `howpublished` and `note`."""
    fields = "".join(f"  {name:<12} = {value},\n" for name, value in _fields(cited))
    return f"@online{{{key_of(cited)},\n{fields}}}\n"


def _fields(cited: Cited) -> Iterator[tuple[str, str]]:
    names = names_of(cited.authors, (cited.site_name,))
    if names:
        yield "author", f"{{{' and '.join(map(_name, names))}}}"
    yield "title", f"{{{{{escaped(title_of(cited))}}}}}"
    yield "organization", f"{{{escaped(line(cited.container))}}}"
    day = day_of(cited.published)
    if day is not None:
        yield "date", f"{{{day.written()}}}"
        yield "year", f"{{{day.year}}}"
        if day.month is not None:
            yield "month", MONTHS[day.month - 1][:3].lower()
    yield "url", f"{{{address(cited.url)}}}"
    yield "urldate", f"{{{line(cited.retrieved)[:10]}}}"
    yield "howpublished", f"{{{escaped(line(cited.container))}, \\url{{{address(cited.url)}}}}}"
    archived = f". Archived copy: \\url{{{address(cited.permalink)}}}" if cited.permalink else ""
    yield "note", f"{{{escaped(statement(cited))}{archived}}}"


def _name(name: Name) -> str:
    if not name.is_person:
        return f"{{{escaped(line(name.literal))}}}"
    parts = (name.family, name.suffix, name.given)
    return ", ".join(escaped(line(part)) for part in parts if part)


def escaped(text: str) -> str:
    """`text` as TeX prints it; letters stay as they are (UTF-8)."""
    return text.translate(_SPECIAL)
