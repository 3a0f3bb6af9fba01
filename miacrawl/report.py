"""What a command says at its end, as text for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from miacrawl.crawl import Result
from miacrawl.errors import ExitCode
from miacrawl.printing import json_text, printable
from miacrawl.revisit import moment
from miacrawl.store.articles import newest


def crawl_report(result: Result, folder: Path) -> str:
    """A few lines on a run: what it archived, what it did not and why, what to do next."""
    run = result.run
    lines = [
        f"Run {run['id']}: {run['reason']}.",
        f"  articles    {run['new']} new, {run['changed']} changed, {run['unchanged']} unchanged;"
        f" {result.articles} in the archive",
        f"  addresses   {run['discovered']} discovered, {run['fetched']} fetched, {run['skipped']} skipped,"
        f" {run['gone']} gone, {run['failed']} failed, {run['pending']} left for the next run",
        f"  requests    {run['not_modified']} answered that nothing has changed; {_size(int(run['bytes']))} received"
        f" in {_duration(run)}",
    ]
    lines += _reasons("failed", result.failed)
    lines += _reasons("gone", result.gone)
    lines += _reasons("skipped", result.skipped)
    if result.exit_code is ExitCode.NOTHING:
        lines.append(f"No article was archived: {_why(result)}")
    elif result.exit_code is ExitCode.INTERRUPTED:
        lines.append("Interrupted: run the same command again to go on.")
    lines += [alarm_text(alarm) for alarm in result.alarms]
    if result.alarms:
        lines.append(alarm_advice(folder))
    lines.append(f"To read it: miacrawl serve --archive {folder}" if result.articles else "")
    return "\n".join(line for line in lines if line)


def result_json(result: Result, folder: Path) -> str:
    """The same as one JSON object: the run's row of the archive, with what stands in it as JSON opened."""
    opened = {name: json.loads(str(result.run[name])) for name in ("start_urls", "reasons", "held")}
    told = {"archive": str(folder), "articles": result.articles, "alarms": result.alarms}
    return json_text({**result.run, **opened, **told})


def alarm_text(alarm: Mapping[str, Any]) -> str:
    """An alarm in a few lines: what changed, some addresses to look at, and what became of it."""
    told = "accepted" if alarm["accepted"] else "gone" if alarm["resolved"] else f"since run {alarm['run_id']}"
    if alarm["accepted"] and alarm["note"]:
        told += f": {alarm['note']}"
    lines = [f"ALARM {alarm['id']} ({told}): {alarm['explanation']}", *(f"    {url}" for url in alarm["samples"][:3])]
    return "\n".join(printable(line) for line in lines)


def alarm_advice(folder: Path) -> str:
    """What to do about alarms."""
    return (
        "Look at these pages. Where a site's layout has changed, give it a profile: miacrawl sites new URL\n"
        f"Where all is as it should be: miacrawl alarms accept ID --archive {folder}"
    )


def _size(count: float) -> str:
    for unit in ("bytes", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def _duration(run: Mapping[str, object]) -> str:
    began, ended = moment(str(run["started"])), moment(str(run["finished"]))
    seconds = int((ended - began).total_seconds()) if began and ended else 0
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"


def _reasons(label: str, reasons: Iterable[tuple[str, int, str]]) -> list[str]:
    return [f"  {label:<11} {count} x {reason} (as {url})" for reason, count, url in reasons]


def _why(result: Result) -> str:
    held = json.loads(str(result.run["held"]))
    if held:
        return "; ".join(f"{why} ({host})" for host, why in list(held.items())[:5]) + "."
    worst = max((*result.failed, *result.gone, *result.skipped), key=lambda found: found[1], default=None)
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
