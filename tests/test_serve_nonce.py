"""Script tags of templates get a nonce; crawled text, wherever it is filled in, gets none."""

from __future__ import annotations

import re

import pytest
from jinja2 import DictLoader, Environment

from miacrawl.serve import nonce


def rendered(asked: bool = True, **templates: str) -> tuple[str, str]:
    """What the template `page` gives, and the nonce of that response."""
    env = Environment(loader=DictLoader(templates), autoescape=True)
    nonce.mark_templates(env)
    template = env.get_template("page")
    if not asked:
        return template.render(crawled="<script>x</script>"), ""
    with nonce.of_response() as one:
        return template.render(crawled="<script>x</script>"), one.value


@pytest.mark.parametrize(
    "source, expected",
    [
        ("<script>a()</script>", "<script nonce=N>a()</script>"),
        ("<SCRIPT defer src=x></SCRIPT>", "<SCRIPT nonce=N defer src=x></SCRIPT>"),
        ("<script{% if 1 %} type='module'{% endif %}>a</script>", "<script nonce=N type='module'>a</script>"),
        ("<script\n type='module'>a</script>", "<script nonce=N\n type='module'>a</script>"),
        ("{% raw %}<script>{{ a }}</script>{% endraw %}", "<script nonce=N>{{ a }}</script>"),
        ("<script>{% raw %}`{{ a }}`{% endraw %}</script>", "<script nonce=N>`{{ a }}`</script>"),
        ("<script>a = '<script>'</script>", "<script nonce=N>a = '<script>'</script>"),
        ("{# <script> #}<b>", "<b>"),
        ("<scripted>&lt;script>", "<scripted>&lt;script>"),
        ("{{ crawled }}", "&lt;script&gt;x&lt;/script&gt;"),
        ("{{ crawled|safe }}", "<script>x</script>"),
    ],
)
def test_tags_of_the_source_are_marked_and_no_others(source: str, expected: str) -> None:
    shown, value = rendered(page=source)
    assert shown == expected.replace("N", value or "N")


def test_every_way_to_another_template_is_marked_too() -> None:
    shown, value = rendered(
        page="{% extends 'base' %}{% block b %}{% include 'part' %}{% import 'm' as m %}{{ m.run() }}{% endblock %}",
        base="<script>1</script>{% block b %}{% endblock %}",
        part="<script>2</script>",
        m="{% macro run() %}<script>3</script>{% endmacro %}",
    )
    assert shown == "".join(f"<script nonce={value}>{n}</script>" for n in (1, 2, 3))


def test_handler_in_an_attribute_becomes_script_with_a_nonce() -> None:
    shown, value = rendered(page='<button class="a" onclick="go(&quot;x&quot;)" title=b>Go</button>')
    code = 'document.currentScript.parentNode.onclick = function (event) { go("x") };'
    assert shown == f'<button class="a" title=b><script nonce={value}>{code}</script>Go</button>'


@pytest.mark.parametrize(
    "source",
    [
        "<button onclick=\"go('{{ crawled }}')\">",
        """<script>a = '<button onclick="go()">'</script>""",
        """{% raw %}<button onclick="go()">{% endraw %}""",
        """<input onfocus="go()">""",
    ],
)
def test_handler_that_can_not_be_moved_safely_stays_where_no_policy_lets_it_run(source: str) -> None:
    shown, _ = rendered(page=source)
    assert "currentScript" not in shown and "go(" in shown


def test_templates_are_as_they_were_where_no_policy_is() -> None:
    source = '<script>a()</script><button class="a" onclick="go()">Go</button>'
    assert rendered(asked=False, page=source) == (source, "")


def test_every_response_has_its_own_and_one_within_another_too() -> None:
    with nonce.of_response() as outer:
        first = nonce.attribute()
        with nonce.of_response() as inner:
            assert nonce.attribute() != first
        assert nonce.attribute() == first
    assert outer.value != inner.value and re.fullmatch(r"[\w-]{24}", outer.value)


def test_template_that_a_program_puts_together_is_left_alone() -> None:
    env = Environment(autoescape=True)
    nonce.mark_templates(env)
    with nonce.of_response():
        assert env.from_string("<script>1</script>").render() == "<script>1</script>"
