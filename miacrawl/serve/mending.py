"""Datasette's own templates, mended where their markup leaves people out who read with ears or with a keyboard.

Done in the sources of the templates before Jinja compiles them, so that nothing crawled is ever touched, and so that
whatever another version of Datasette says otherwise just stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2.ext import Extension

from miacrawl.serve.cell import row_of

_SHEET, _CELLS = "miacrawl_sheet", "miacrawl_cells"

_MENDED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"<html>", r'<html lang="en">'),
        # Pages of errors are rendered without anybody's stylesheets.
        (r"</head>", rf"{{% set own = {_SHEET}() %}}{{% if own and not extra_css_urls %}}"
                     r'<link rel="stylesheet" href="{{ own }}">{% endif %}</head>'),
        (r'<div class="not-footer">', r'<a class="skip" href="#content">Skip to content</a>\g<0>'),
        (r'<section class="content">', r'<section class="content" id="content" role="main" tabindex="-1">'),
        (r"<h3(?=[\s>])", r'<h3 aria-level="2"'),
        (r'<select name="_filter_column', r'<select aria-label="Column" name="_filter_column'),
        (r'<select name="_filter_op', r'<select aria-label="Comparison" name="_filter_op'),
        (r'<input type="text" name="_filter_value', r'<input type="text" aria-label="Value" name="_filter_value'),
        (r'<select name="_sort" id="sort_by">', r'<select aria-label="Sort by" name="_sort" id="sort_by">'),
        (r'<textarea id="sql-editor"', r'<textarea aria-label="SQL" id="sql-editor"'),
        # The editor that takes this box's place.
        (r'editor\.setOption\("extraKeys"', r'editor.getInputField().setAttribute("aria-label", "SQL"); \g<0>'),
        # Put together in one go: a template that may wait is slow in each of the hundreds of cells.
        (r'\{% for cell in row %\}\s*<td class="col-\{\{ cell\.column\|to_css_class \}\} '
         r'type-\{\{ cell\.value_type \}\}">'
         r"\{\{ cell\.value \}\}</td>\s*\{% endfor %\}", f"{{{{ {_CELLS}(row) }}}}"),
        (r'<div class="table-wrapper">', r'<div class="table-wrapper" role="region" aria-label="Rows" tabindex="0">'),
    )
)  # fmt: skip


def mend_templates(env: Any, sheet: Callable[[], str]) -> None:
    """Have the Jinja environment `env` mend Datasette's templates; `sheet` gives the address of our stylesheet."""
    env.globals.update({_SHEET: sheet, _CELLS: row_of})
    env.add_extension(_Mending)


def mended(source: str) -> str:
    """`source` of one of Datasette's templates, mended."""
    for pattern, replacement in _MENDED:
        source = pattern.sub(replacement, source)
    return source


class _Mending(Extension):
    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Datasette's templates; those of plugins and of the archive itself are as their authors want them."""
        return mended(source) if filename and Path(filename).parent == _datasettes() else source


def _datasettes() -> Path:
    import datasette

    return Path(datasette.__file__).parent / "templates"
