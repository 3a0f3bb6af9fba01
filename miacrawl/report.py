"""What a command says at its end, as text for people."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from miacrawl.crawl import Result
from miacrawl.errors import ExitCode
from miacrawl.store.articles import newest


def crawl_report(result: Result, folder: Path) -> str:
    """A few lines on a crawl: what it archived, what it did not and why, what to do next."""
    run = result.run
    lines = [
        f"Run {run['id']}: {run['reason']}.",
        f"  articles    {run['new']} new, {run['changed']} changed, {run['unchanged']} unchanged;"
        f" {result.articles} in the archive",
        f"  addresses   {run['discovered']} discovered, {run['fetched']} fetched, {run['skipped']} skipped,"
        f" {run['failed']} failed, {run['pending']} left for the next run",
    ]
    lines += _reasons("failed", result.failed)
    lines += _reasons("skipped", result.skipped)
    if result.exit_code is ExitCode.NOTHING:
        lines.append(f"No article was archived: {_why(result)}")
    elif result.exit_code is ExitCode.INTERRUPTED:
        lines.append("Interrupted: run the same command again to go on.")
    lines.append(f"To read it: miacrawl serve --archive {folder}" if result.articles else "")
    return "\n".join(line for line in lines if line)


def _reasons(label: str, reasons: Iterable[tuple[str, int, str]]) -> list[str]:
    return [f"  {label:<11} {count} x {reason} (as {url})" for reason, count, url in reasons]


def _why(result: Result) -> str:
    worst = max((*result.failed, *result.skipped), key=lambda found: found[1], default=None)
    if worst is None:
        return "nothing was found at the start address."
    return f"{worst[0]} ({worst[2]})."


def newest_articles(folder: Path, count: int = 5) -> str:
    """The newest articles of an archive, a few lines each: title, section, reading time, blurb, related links."""
    lines = []
    for article in newest(folder, count):
        facts = [
            article["section"],
            article["published"],
            article["read_time_text"],
            f"{article['links']} related links",
        ]
        lines.append(f"  {article['title']}")
        lines.append(f"    {' · '.join(str(fact) for fact in facts if fact)}")
        lines += [f"    {article['blurb']}"] if article["blurb"] else []
    return "\n".join(["The newest articles:", *lines])
