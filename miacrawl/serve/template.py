"""Our templates, rendered at once: a template that may wait costs twice as much, for each piece of text in it.

Datasette's environment compiles templates so that any call in them can be awaited. Ours call nothing that has to be,
save the links of the menu, which are asked for beforehand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from jinja2 import Environment, Template

FOLDER = Path(__file__).parent / "plugin" / "templates"
_environments: WeakKeyDictionary[Environment, Environment] = WeakKeyDictionary()


class Ours(Template):
    """A template that Datasette fills in as any other, and that is rendered without waiting."""

    def __new__(cls, _: Template) -> Ours:
        """Nothing is compiled here: `Template` would take a source."""
        return object.__new__(cls)

    def __init__(self, template: Template) -> None:
        self._template = template
        self.name, self.filename, self.environment = template.name, template.filename, template.environment

    async def render_async(self, *arguments: Any, **named: Any) -> str:
        """What the template says with this context."""
        context = dict(*arguments, **named)
        links = await context["menu_links"]()
        return self._template.render(context, menu_links=lambda: links)


def template(datasette: Any, request: Any, name: str) -> Template | str:
    """Our template of that name for `Datasette.render_template`.

    Its name alone, for Datasette to find it, where an archive or a plugin has its own of any of our names: what that
    calls may have to be awaited.
    """
    given: Environment = (
        datasette.get_jinja_environment(request) if hasattr(datasette, "get_jinja_environment") else datasette.jinja_env
    )
    environment = _environments.get(given)
    if environment is None:
        environment = _environments[given] = given if _is_changed(given) else given.overlay(enable_async=False)
    return name if environment is given else Ours(environment.get_template(name))


def _is_changed(environment: Environment) -> bool:
    """Whether any of our templates comes from elsewhere."""
    names = [path.relative_to(FOLDER).as_posix() for path in (FOLDER / "miacrawl").rglob("*.html")]
    found = (environment.get_template(name).filename for name in names)
    return any(path is None or not Path(path).is_relative_to(FOLDER) for path in found)
