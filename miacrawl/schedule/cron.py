"""A crontab line that updates the archive, and says something only where that failed."""

from __future__ import annotations

import shlex
from typing import Any

from miacrawl.errors import ConfigError, ExitCode
from miacrawl.schedule.job import Job
from miacrawl.schedule.scheduled import Schedule, ScheduledFile, rendered

_LONGEST = 990
"""Characters of a command that every cron takes: Vixie's, which Debian has, ends at 999."""


def cron_schedule(job: Job) -> Schedule:
    """A line for `crontab`, with comments before it. Raises ConfigError where a path makes it too long for cron."""
    command = shlex.join(job.update)
    line = crontab_command(job.update)
    if len(line.encode()) > _LONGEST:
        raise ConfigError(f"the path {job.archive} is too long for a crontab line; move the archive nearer to the root")
    values: dict[str, Any] = {"job": job, "line": line, "command": command}
    file = ScheduledFile(f"{job.name}.cron.txt", rendered("crontab.txt", **values))
    return Schedule((file,), rendered("crontab_advice.txt", {"shell": shlex.quote}, **values))


def crontab_command(words: tuple[str, ...]) -> str:
    """The command of a crontab line: cron mails what is printed, so that is kept back unless something went wrong.

    An archive in use (exit code 4) is nothing wrong: a run that takes longer than the interval meets the next one.
    """
    command = " ".join(map(cron_word, words))
    return f'out=$({command} 2>&1) || {{ code=$?; [ $code = {ExitCode.LOCKED:d} ] || echo "$out"; exit $code; }}'


def cron_word(text: str) -> str:
    r"""A word for sh inside a crontab line. "%" is written outside of quotes as \%.

    cron ends the command at a bare % and takes the backslash away; crons that don't do so leave it to sh, which does.
    """
    return "\\%".join(map(shlex.quote, text.split("%"))) if "%" in text else shlex.quote(text)
