"""Pages that need JavaScript are archived with their text, where the site is set so, and others are left alone."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.browser.shells import APP, SHOW, STORY, build, reason, rows, script, settings, shell
from tests.conftest import Run
from tests.kept import records
from tests.site import FakeSite, article, listing

pytestmark = pytest.mark.browser
SHELL = "/news/a-shell-story-of-the-day"


def test_a_shell_is_archived_with_the_text_that_its_scripts_fetch(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site)
    done = crawl(*settings(), site.url)
    assert done.returncode == 0, done.stderr
    ((title, body, flags),) = rows(tmp_path, f"SELECT title, body, flags FROM articles WHERE url LIKE '%{SHELL}'")
    assert title == "A story that scripts tell" and "Paragraph 8 on walking" in body
    assert "rendered" in json.loads(flags)


def test_each_page_is_fetched_once_and_the_others_are_not_rendered(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site)
    site.pages["/news/a-plain-story-of-the-day"] = article(
        "A plain story", links="<script src='/not-asked.js'></script>"
    )
    crawl(*settings(), site.url)
    asked = Counter(site.asked)
    assert asked[SHELL] == 1 and asked["/app.js"] == 1 and asked["/api/article.json"] == 1
    assert asked["/not-asked.js"] == 0 and asked["/favicon.ico"] == 0
    flags = rows(tmp_path, "SELECT flags FROM articles WHERE url LIKE '%plain%'")
    assert "rendered" not in flags[0][0]


def test_a_script_that_many_pages_share_is_fetched_once_a_run(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site)
    paths = [f"/news/a-shell-story-of-day-{number}" for number in range(4)]
    site.pages["/"] = listing(*paths)
    site.pages |= dict.fromkeys(paths, shell())
    site.pages["/app.js"] = script(SHOW + 'fetch("/api" + location.pathname).then(a => a.json()).then(show);')
    for number, path in enumerate(paths):
        story = {**json.loads(STORY), "title": f"Story of day {number}"}
        site.pages["/api" + path] = (200, {"Content-Type": "application/json"}, json.dumps(story).encode())
    crawl(*settings("MIACRAWL_RENDER_PAGES=2"), site.url)
    assert site.asked.count("/app.js") == 1
    titles = {title for (title,) in rows(tmp_path, "SELECT title FROM articles")}
    assert titles == {f"Story of day {number}" for number in range(4)}


def test_without_the_setting_nothing_is_rendered_and_with_it_later_it_is(
    site: FakeSite, crawl: Run, tmp_path: Path
) -> None:
    build(site)
    site.pages[SHELL] = (200, {"Content-Type": "text/html", "ETag": '"of-the-shell"'}, shell())
    crawl(site.url)
    assert "/app.js" not in site.asked
    assert reason(tmp_path, SHELL) == ("skipped", "an empty shell that needs JavaScript")
    crawl(*settings(), site.url)
    assert reason(tmp_path, SHELL) == ("archived", "")
    # What is known of the shell says nothing of the text: the page is never asked for conditionally.
    assert rows(tmp_path, f"SELECT etag FROM urls WHERE url LIKE '%{SHELL}'") == [(None,)]


def test_only_the_sites_that_miacrawl_yaml_names_are_rendered(
    site: FakeSite, crawl: Run, miacrawl: Run, tmp_path: Path
) -> None:
    build(site)
    options = settings()[2:]
    with build(FakeSite()) as other:
        (tmp_path / "archive").mkdir()
        (tmp_path / "archive" / "miacrawl.yaml").write_text(
            f"sites:\n  - url: {site.url}\n    settings:\n      MIACRAWL_RENDER: true\n  - url: {other.url}\n", "utf-8"
        )
        done = crawl(*options, site.url, other.url)
        assert done.returncode == 0, done.stderr
        assert "/app.js" in site.asked and "/app.js" not in other.asked


def test_a_home_page_that_is_a_shell_leads_on(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site)
    site.pages["/"] = shell("/home.js")
    site.pages["/home.js"] = script(
        f"""document.getElementById("app").innerHTML = '<h1>All</h1><a href="{SHELL}">The story of the day</a>' +
        '<p>' + 'News of the day. '.repeat(40) + '</p>';"""
    )
    crawl(*settings(), site.url)
    assert reason(tmp_path, SHELL) == ("archived", "")


def test_a_page_that_stays_empty_says_so(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site, "/* nothing */")
    crawl(*settings(), site.url)
    assert reason(tmp_path, SHELL) == ("skipped", "an empty shell that needs JavaScript, also when rendered")


def test_what_robots_txt_forbids_a_page_does_not_get(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site)
    site.pages["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /api/\n")
    crawl(*settings(), site.url)
    assert "/app.js" in site.asked and "/api/article.json" not in site.asked
    state, told = reason(tmp_path, SHELL)
    assert state == "skipped" and "1 request was not answered (1 forbidden by robots.txt)" in told


def test_a_server_that_fails_a_page_is_asked_again(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site)
    given: list[int] = []

    def once_broken() -> object:
        given.append(1)
        return (500, {}, b"") if len(given) == 1 else (200, {"Content-Type": "application/json"}, STORY)

    site.pages["/api/article.json"] = once_broken
    crawl(*settings(), site.url)
    assert reason(tmp_path, SHELL) == ("archived", "") and len(given) == 2


def test_redirects_are_followed_for_the_page(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site)
    site.pages["/api/article.json"] = (302, {"Location": "/api/moved.json"}, b"")
    site.pages["/api/moved.json"] = (200, {"Content-Type": "application/json"}, STORY)
    crawl(*settings(), site.url)
    assert reason(tmp_path, SHELL) == ("archived", "")


def test_a_page_that_goes_elsewhere_on_its_site_is_followed(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site, 'location.replace("/news/a-plain-story-of-the-day");')
    crawl(*settings(), site.url)
    state, told = reason(tmp_path, SHELL)
    assert state == "archived" and told.endswith("/news/a-plain-story-of-the-day")


def test_a_page_posts_only_where_that_is_set(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    app = APP.replace('"/api/article.json"', '"/api/graphql", {method: "POST", body: "{}"}')
    build(site, app)
    site.pages["/api/graphql"] = (200, {"Content-Type": "application/json"}, STORY)
    crawl(*settings(), site.url)
    assert "/api/graphql" not in site.asked
    assert "POST may change something at the server" in reason(tmp_path, SHELL)[1]
    crawl(*settings("MIACRAWL_RENDER_POST=true"), site.url)
    assert reason(tmp_path, SHELL) == ("archived", "")


def test_what_a_browser_made_is_kept_behind_the_page_as_it_came(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site)
    crawl(*settings(), site.url)
    sql = (
        "SELECT c.kind, c.url, c.outcome, o.kind, o.url, o.size FROM articles a JOIN captures c ON c.id = a.capture_id"
        f" JOIN captures o ON o.id = c.refers_to WHERE a.url LIKE '%{SHELL}'"
    )
    ((kind, url, outcome, *original),) = rows(tmp_path, sql)
    assert (kind, url, outcome) == ("conversion", site.at(SHELL), "article")
    assert original == ["response", site.at(SHELL), len(shell())]
    kept = {(told["WARC-Type"], told.get("WARC-Target-URI")): block for told, block in records(tmp_path / "archive")}
    assert b"Paragraph 8 on walking" in kept["conversion", site.at(SHELL)]
    assert kept["response", site.at(SHELL)].endswith(shell())
    assert kept["response", site.at("/api/article.json")].endswith(STORY)
    crawl(*settings(), site.url)
    assert rows(tmp_path, "SELECT count(*) FROM article_versions") == [(2,)]


def test_a_page_that_wishes_not_to_be_kept_is_not_kept_when_it_can_not_be_rendered_either(
    site: FakeSite, crawl: Run, tmp_path: Path
) -> None:
    build(site, "while (true) {}")
    site.pages[SHELL] = shell().replace(b"<head>", b"<head><meta name=robots content=noarchive>")
    crawl(*settings("MIACRAWL_HONOUR=noarchive", "MIACRAWL_RENDER_SECONDS=5"), site.url)
    assert not rows(tmp_path, f"SELECT 1 FROM captures WHERE url LIKE '%{SHELL}'")
    assert rows(tmp_path, "SELECT 1 FROM captures WHERE url LIKE '%/app.js'")
