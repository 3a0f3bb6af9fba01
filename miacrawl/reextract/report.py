"""What a re-extraction would change, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from miacrawl.printing import json_text, printable
from miacrawl.reextract.reextracting import Report

_STATES = {
    "same": "as they are archived",
    "changed": "read otherwise",
    "new": "articles where none was seen",
    "kept": "left as they are: today's rules find no article, or next to nothing of it",
    "unread": "could not be read",
    "no-article": "no articles, as before",
}
_SHOWN = 160
_SAMPLES = 2


def report_json(report: Report) -> str:
    """The report as a JSON object."""
    return json_text({**asdict(report), "pages": report.pages, "to_apply": report.to_apply})


def report_text(report: Report) -> str:
    """Counts by state and by field, each field with a few samples."""
    return printable("\n".join(_lines(report)))


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.pages:,} stored pages read by the rules {report.extractor}"
    for state, words in _STATES.items():
        if count := report.states.get(state, 0):
            yield f"  {count:>8,}  {words}"
    if not report.pages:
        yield "There is nothing to read: what is stored was last read by these rules, or came without a capture."
    if report.alike:
        yield f"  {report.alike:>8,}  of them versions that now read the same as the one before: they stay"
    if report.counts:
        yield f"{'field':<24}{'filled':>9}{'changed':>9}{'emptied':>9}"
    for field, kinds in report.counts.items():
        yield f"{field:<24}" + "".join(f"{kinds.get(kind, 0):>9,}" for kind in ("filled", "changed", "emptied"))
    for field in report.counts:
        yield from _samples(report, field)
    for title, told in (("new", report.new), ("kept", report.kept), ("unread", report.unread)):
        yield from (f"{title}: {url}  {_short(word)}" for url, word in told)


def _samples(report: Report, field: str) -> Iterator[str]:
    shown = [sample for sample in report.samples if sample["field"] == field][:_SAMPLES]
    for sample in shown:
        yield f"{field}: {sample['url']}"
        yield f"  - {_short(sample['before'])}"
        yield f"  + {_short(sample['after'])}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]} …"
