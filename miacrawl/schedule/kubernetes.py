"""A Kubernetes CronJob that updates the archive, and the volume that it is kept on."""

from __future__ import annotations

import re

from miacrawl.errors import ConfigError
from miacrawl.schedule.github import yaml_text
from miacrawl.schedule.job import Job
from miacrawl.schedule.scheduled import Schedule, ScheduledFile, rendered
from miacrawl.store.archive import database_path

_LEAST_GIB = 10
_GROWTH = 4
_GIB = 1024**3
_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]{0,250}")


def kubernetes_schedule(job: Job, image: str) -> Schedule:
    """The manifest; `image`: a container image whose entry point is miacrawl. Raises ConfigError where it is no name.

    The volume has room for four times what the database holds now, 10 GiB at least.
    """
    if not _IMAGE.fullmatch(image):
        raise ConfigError(f"{image!r} is no name of a container image; give one as in registry.example.org/miacrawl:1")
    held = database_path(job.archive).stat().st_size
    values = {"job": job, "image": image, "storage_gib": max(_LEAST_GIB, -(-held * _GROWTH // _GIB))}
    filters = {"yaml": yaml_text}
    file = ScheduledFile(f"{job.name}.yaml", rendered("kubernetes.yaml", filters, **values))
    return Schedule((file,), rendered("kubernetes_advice.txt", filters, **values))
