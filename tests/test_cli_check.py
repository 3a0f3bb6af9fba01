"""`miacrawl check` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

from miacrawl.errors import ExitCode
from tests.conftest import Run
from tests.site import FakeSite, article

PROFILE = """key: walks
hosts: a.org
fields:
  title:
    - {css: h2, from: 2024-01-01}
    - {css: .old, until: 2023-12-31}
"""
PAGE = article("Walking is good").replace(b"</h1>", b"</h1><h2>Better still</h2><p class=old>As it was</p>")


def test_value_rule_and_runners_up_are_printed(miacrawl: Run, tmp_path: Path) -> None:
    page = article("Walking is good").replace(b"<title>", b'<meta property="og:title" content="Why walk?"><title>')
    (tmp_path / "page.html").write_bytes(page)
    shown = miacrawl("check", "page.html", "--url", "https://a.org/walking")
    assert shown.returncode == ExitCode.OK, shown.stderr
    lines = shown.stdout.splitlines()
    assert lines[0] == "https://a.org/walking  (no profile of its site)"
    assert lines[1].split() == ["title", "Walking", "is", "good", "[visible:headline]"]
    assert "agree:" in lines[2] and "title" in lines[2]
    assert lines[3].split() == ["differs:", "meta:og:title", "Why", "walk?"]
    assert any(line.startswith("blurb") and "rules answered" in line for line in lines)


def test_long_values_are_short_in_text_and_whole_in_json(miacrawl: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(article("Walking is good"))
    text = miacrawl("check", "page.html").stdout
    assert "Paragraph 6" not in text and " characters)" in text
    found = json.loads(miacrawl("check", "page.html", "--json").stdout)
    assert "Paragraph 6" in found["fields"]["body"]["value"]
    assert found["fields"]["title"]["runners_up"][0] == {"value": "Walking is good", "source": "title", "agrees": True}
    assert found["profile"] is None and found["flags"] == [] and found["url"].startswith("file://")


def test_own_profile_is_used_as_it_held_on_the_day_of_capture(miacrawl: Run, tmp_path: Path) -> None:
    (tmp_path / "archive" / "sites").mkdir(parents=True)
    (tmp_path / "archive" / "sites" / "walks.yaml").write_text(PROFILE)
    (tmp_path / "page.html").write_bytes(PAGE)
    now = miacrawl("check", "page.html", "--url", "https://a.org/walking").stdout
    assert (
        "(profile walks)" in now and "Better still  [site:walks:css(h2)]" in now and "differs: visible:headline" in now
    )
    then = miacrawl("check", "page.html", "--url", "https://a.org/walking", "--captured", "2023-04-01").stdout
    assert "As it was  [site:walks:css(.old)]" in then
    same = miacrawl("extract", "page.html", "--url", "https://a.org/walking", "--captured", "2023-04-01").stdout
    assert "As it was  [site:walks:css(.old)" in same
    other = miacrawl("check", "page.html", "--url", "https://a.org/walking", "--archive", "elsewhere").stdout
    assert "(no profile of its site)" in other


def test_address_is_fetched_as_a_crawl_would(site: FakeSite, miacrawl: Run) -> None:
    site.pages["/walking"] = article("Walking is good")
    refused = miacrawl("check", site.at("walking"))
    assert refused.returncode == ExitCode.CONFIG and "--allow-private" in refused.stderr and not site.asked
    assert "Walking is good" in miacrawl("check", site.at("walking"), "--allow-private").stdout
    assert site.asked == ["/robots.txt", "/walking"]


def test_what_can_not_be_checked_says_why(site: FakeSite, miacrawl: Run, tmp_path: Path) -> None:
    missing = miacrawl("check", "nosuch.html")
    assert missing.returncode == ExitCode.CONFIG and "can't be read" in missing.stderr
    gone = miacrawl("check", site.at("gone"), "--allow-private")
    assert gone.returncode == ExitCode.CONFIG and "404" in gone.stderr
    bad = miacrawl("check", "http://[bad/")
    assert bad.returncode == ExitCode.CONFIG and "no address" in bad.stderr
    (tmp_path / "empty.html").write_bytes(b"")
    empty = miacrawl("check", "empty.html")
    assert empty.returncode == ExitCode.NOTHING and "no article" in empty.stderr and "rules answered" in empty.stdout
    assert miacrawl("check", "empty.html", "--captured", "May").returncode == ExitCode.USAGE
    assert "Traceback" not in missing.stderr + gone.stderr + bad.stderr + empty.stderr


def test_broken_profile_stops_every_command_that_would_use_it(miacrawl: Run, tmp_path: Path) -> None:
    (tmp_path / "archive" / "sites").mkdir(parents=True)
    (tmp_path / "archive" / "sites" / "walks.yaml").write_text(PROFILE.replace("css: h2", "css: 'h2 >'"))
    (tmp_path / "page.html").write_bytes(PAGE)
    for arguments in (["check", "page.html"], ["extract", "page.html"], ["sites"], ["crawl", "https://a.org/"]):
        shown = miacrawl(*arguments)
        assert shown.returncode == ExitCode.CONFIG, arguments
        assert "walks.yaml, line 5: fields.title[1].css: 'h2 >' is no CSS selector" in shown.stderr


def test_control_characters_of_a_page_do_not_reach_the_terminal(miacrawl: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(article("Walking \x1b[2J is \x9b good \u202e"))
    for arguments in (["check", "page.html"], ["check", "page.html", "--json"], ["extract", "page.html"]):
        assert not set(miacrawl(*arguments).stdout) & {"\x1b", "\x9b", "\u202e"}
