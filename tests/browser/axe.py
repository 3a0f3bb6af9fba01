"""axe-core in the page: what it finds, a line for each node."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_ALSO = ("target-size", "label-content-name-mismatch", "css-orientation-lock", "table-fake-caption", "td-has-header")
"""Rules of WCAG A and AA that axe-core leaves out unless told."""

_RUN = """async ([tags, also, some]) => {
    const rules = Object.fromEntries(also.map(name => [name, {enabled: true}]));
    const found = await axe.run(document, {
        resultTypes: ['violations'], iframes: false, preload: false,
        ...(some.length ? {runOnly: {type: 'rule', values: some}} : {runOnly: {type: 'tag', values: tags}, rules}),
    });
    return found.violations.map(v => ({
        id: v.id, help: v.help,
        nodes: v.nodes.map(n => [n.target.flat().join(' '), n.failureSummary.split('\\n').slice(1, 3).join(' ')]),
    }));
}"""


def violations(page: Page, some: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    """(rule, selector, why) of each node that breaks a rule of WCAG 2.2 A or AA or of good practice.

    `some` are the only rules to try, where given.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    found: list[dict[str, Any]] = page.evaluate(_RUN, [TAGS, list(_ALSO), list(some)])
    return [(rule["id"], target, why or rule["help"]) for rule in found for target, why in rule["nodes"]]


@cache
def _script() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
