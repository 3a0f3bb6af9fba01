"""Questions worth asking of an archive: Datasette offers them ready-made, and they show how tables hang together.

Each is bounded, and is answered from an index or from kept counts, or looks at a site, a month or the newest rows: so
it is quick with a million articles too. Parameters that are left empty mean something sensible.
"""

from __future__ import annotations

from collections.abc import Mapping

from miacrawl.serve.canned.authors import AUTHORS
from miacrawl.serve.canned.duplicates import DUPLICATES
from miacrawl.serve.canned.evidence import EVIDENCE
from miacrawl.serve.canned.ledger import LEDGER
from miacrawl.serve.canned.question import MEANINGS, Question
from miacrawl.serve.canned.reading import READING
from miacrawl.serve.canned.related import RELATED
from miacrawl.serve.canned.runs import RUNS
from miacrawl.serve.canned.versions import VERSIONS

__all__ = ["MEANINGS", "QUESTIONS", "SUBJECTS", "Question"]

SUBJECTS: Mapping[str, Mapping[str, Question]] = {
    "Reading": READING,
    "Authors": AUTHORS,
    "Related links": RELATED,
    "Versions and captures": VERSIONS,
    "Where values come from": EVIDENCE,
    "Runs and coverage": RUNS,
    "Duplicates": DUPLICATES,
    "The ledger of addresses": LEDGER,
}
QUESTIONS: dict[str, Question] = {name: question for group in SUBJECTS.values() for name, question in group.items()}
