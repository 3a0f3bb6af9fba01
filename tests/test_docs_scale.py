"""The capacity plan's table is what its simulation prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.speed.capacity import PLANS, Measured, Plan, late_share, row, slots_for

_PAGE = (Path(__file__).parent.parent / "docs" / "scale.md").read_text("utf-8")


@pytest.mark.parametrize("plan", PLANS)
def test_every_row_is_reproduced(plan: Plan) -> None:
    assert row(plan, Measured()) in _PAGE.splitlines()


def test_fewer_slots_than_were_found_are_too_few() -> None:
    plan = PLANS[1]
    slots = slots_for(plan, Measured())
    assert late_share(plan, Measured(), slots) <= 0.05 < late_share(plan, Measured(), slots // 2)
