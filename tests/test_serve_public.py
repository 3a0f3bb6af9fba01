"""`miacrawl serve --public`: what readers whom nobody knows may ask, on either Datasette."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from lxml import html
from sqlite_utils import Database

from miacrawl.errors import ConfigError, ExitCode
from miacrawl.serve.access import is_datasette_1
from miacrawl.serve.limits import AT_MOST, limited
from miacrawl.serve.offer import Offer, base_path, check, is_open
from miacrawl.serve.public import CLOSED
from tests import shelf
from tests.conftest import Run
from tests.offered import Offered
from tests.reader import Reader

Offering = Callable[..., Offered]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shelf.build(tmp_path_factory.mktemp("published") / "my archive", articles=6)


@pytest.fixture
def offered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Offering:
    """`offered(public=…, …)`: the archive of the tests, offered so."""
    return lambda **offer: Offered(folder, monkeypatch, **offer)


# Questions


SQL = quote("select 6 * 7 as answer")
ASKING = [f"/archive?sql={SQL}", f"/archive.json?sql={SQL}", f"/archive.csv?sql={SQL}"]
ASKING += [f"/archive/-/query{kind}?sql={SQL}" for kind in ("", ".json", ".csv")] if is_datasette_1() else []


@pytest.mark.parametrize("path", [*ASKING, "/archive/articles.json?_where=1=1", f"/archive/articles?_where={SQL}"])
def test_sql_of_readers_is_not_run_unless_asked_for(offered: Offering, path: str) -> None:
    # Datasette 1.0 leads from the old address to the new one.
    refused = offered(public=True).get(path)
    assert refused.status_code in (302, 403) and not re.search(r"[>:]\s*42\b", refused.text)
    if "_where" not in path:
        allowed = offered(public=True, allow_sql=True).get(path)
        assert allowed.status_code == 302 or "42" in allowed.text, allowed.text[:300]


def test_pages_of_a_public_server_have_no_box_for_sql(offered: Offering) -> None:
    assert not offered(public=True).page("/archive").xpath("//textarea[@name='sql']")
    assert offered(public=True, allow_sql=True).page("/archive").xpath("//textarea[@name='sql']")


@pytest.mark.parametrize("path", ["/archive/most_recommended", "/archive/why_is_it_missing?address=gone"])
@pytest.mark.parametrize("allow_sql", [False, True])
def test_ready_made_questions_work(offered: Offering, path: str, allow_sql: bool) -> None:
    assert offered(public=True, allow_sql=allow_sql).page(path).xpath("//table//tbody/tr")
    address, _, query = path.partition("?")
    assert offered(public=True).get(f"{address}.json?_shape=array&{query}").json()


@pytest.mark.parametrize("path", ["/", "/search?q=worms", "/article/1", "/archive/articles?site=gardennotes.example"])
def test_reading_is_as_ever(offered: Offering, path: str) -> None:
    shown = offered(public=True).get(path)
    assert shown.status_code == 200
    if not path.startswith("/archive"):
        versions = '<a href="/-/versions">Datasette</a>'
        assert shown.text == offered().get(path).text.replace(versions, "Datasette")


def test_facets_of_the_configuration_stay(offered: Offering) -> None:
    names = offered(public=True).page("/archive/articles").xpath("//p[@class='facet-info-name']")
    assert len(names) == 4


def test_value_that_would_fill_the_memory_is_refused(offered: Offering) -> None:
    path = "/archive/-/query.json" if is_datasette_1() else "/archive.json"
    large = offered(public=True, allow_sql=True).get(f"{path}?sql={quote('select length(zeroblob(60000000)) as n')}")
    assert "too big" in large.text, large.text
    mine = offered().get(f"{path}?sql={quote('select length(zeroblob(60000000)) as n')}")
    assert "60000000" in mine.text


# Limits


def test_limits_are_those_that_are_set(offered: Offering) -> None:
    datasette = offered(public=True).datasette()
    for name, limit in AT_MOST.items():
        assert datasette.setting(name) == limit
    for name in ("allow_download", "allow_csv_stream", "suggest_facets", "trace_debug", "default_allow_sql"):
        assert datasette.setting(name) is False


def test_settings_and_questions_of_the_archive_stay(folder: Path, offered: Offering) -> None:
    """Datasette drops settings.json, or all of datasette.yaml, once one setting is on its command line."""
    plain = Offered(folder, pytest.MonkeyPatch()).datasette()
    public = offered(public=True).datasette()
    for name in ("default_page_size", "truncate_cells_html", "num_sql_threads", "cache_size_kb"):
        assert public.setting(name) == plain.setting(name)
    assert offered(public=True).datasette().plugin_config("miacrawl") is not None


def test_stricter_settings_of_the_archive_stay_and_none_is_no_limit() -> None:
    assert limited({"sql_time_limit_ms": 500}, allow_sql=False)["sql_time_limit_ms"] == 500
    assert limited({"max_csv_mb": 0}, allow_sql=False)["max_csv_mb"] == AT_MOST["max_csv_mb"]


def test_what_is_said_on_the_command_line_comes_first(offered: Offering) -> None:
    said = (("sql_time_limit_ms", "9000"), ("allow_download", "1"))
    datasette = offered(public=True, settings=said).datasette()
    assert (datasette.setting("sql_time_limit_ms"), datasette.setting("allow_download")) == (9000, True)
    assert offered(settings=said).datasette().setting("default_allow_sql") is True


def test_files_of_the_archive_are_not_changed(folder: Path, offered: Offering) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".yaml", ".json")}
    offered(public=True, allow_sql=True, base_url="/x").get("/")
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".yaml", ".json")}


@pytest.mark.parametrize("name, text", [("settings.json", "[1]"), ("settings.json", "{"), ("datasette.yaml", "a: [")])
def test_configuration_that_can_not_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    if (name == "datasette.yaml") is not is_datasette_1():
        pytest.skip("the other Datasette reads this file")
    shelf.build(tmp_path, articles=1)
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=name):
        Offered(tmp_path, monkeypatch, public=True).datasette()


def test_database_is_not_handed_out(offered: Offering) -> None:
    assert offered(public=True).get("/archive.db").status_code == 403
    assert "archive.db" not in offered(public=True).get("/archive").text


def test_csv_is_not_streamed_without_end(offered: Offering) -> None:
    assert offered(public=True).get("/archive/articles.csv?_stream=1").status_code == 400
    assert offered(public=True).get("/archive/articles.csv").text.count("gardennotes.example") >= 3


# Robots and the machine


def test_robots_are_told_to_stay_out(offered: Offering) -> None:
    robots = offered(public=True).get("/robots.txt")
    assert (robots.status_code, robots.text) == (200, "User-agent: *\nDisallow: /\n")
    assert robots.headers["content-type"].startswith("text/plain")
    paths = ["/", "/archive/articles", "/archive/articles.csv", "/nothing/here", "/-/static/app.css"]
    for path, answer in offered(public=True).each(paths).items():
        assert "noindex" in answer.headers.get("x-robots-tag", ""), path
    assert "x-robots-tag" not in offered().get("/").headers


@pytest.mark.parametrize("base_url", ["/", "/health/"])
def test_pages_about_the_machine_are_closed(offered: Offering, base_url: str) -> None:
    paths = [f"/-/{name}{ending}" for name in CLOSED.split() for ending in ("", ".json", "/")]
    for path, answer in offered(public=True, base_url=base_url).each(paths).items():
        assert answer.status_code == 403 and "Not shown on a public server" in answer.text, path
        assert ("<html" in answer.text) is not path.endswith(".json")


def test_nothing_that_answers_tells_of_files(offered: Offering, folder: Path) -> None:
    paths = ["/.json", "/", "/-/actor.json", "/archive", "/archive.json", "/archive/articles.json", "/archive/nothing"]
    paths += ["/-/jump.json", "/-/schema", "/-/queries.json", "/-/allowed.json", "/-/"] if is_datasette_1() else []
    for path, answer in offered(public=True).each(paths).items():
        assert str(folder) not in answer.text, path
    assert str(folder) in offered().get("/-/databases.json").text


def test_archive_can_say_itself_that_it_is_public(tmp_path: Path) -> None:
    shelf.build(tmp_path, articles=1)
    path = tmp_path / "metadata.yaml"
    metadata = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump({**metadata, "plugins": {"miacrawl": {"public": True}}}), "utf-8")
    assert Reader(tmp_path).get("/-/plugins").status_code == 403
    assert Reader(tmp_path).get("/robots.txt").status_code == 200


def test_who_may_not_see_the_archive_is_sent_to_log_in_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.build(tmp_path, articles=1)
    path = tmp_path / "metadata.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text("utf-8")), "allow": {"id": "ida"}}), "utf-8")
    public = Offered(tmp_path, monkeypatch, public=True)
    assert "Not shown" not in public.get("/-/plugins").text
    assert "Not shown" in public.get("/-/plugins", signed_in=True).text
    assert public.get("/robots.txt").status_code == 200


# Where


def test_other_archives_are_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Database(tmp_path / "other.db")["things"].insert({"x": 1})
    public = Offered(tmp_path, monkeypatch, public=True)
    assert public.get("/-/versions").status_code == 200 and "x-robots-tag" not in public.get("/").headers


@pytest.mark.parametrize("given", ["health", "/health", "health/", "/health/"])
def test_path_behind_a_proxy_is_in_every_link(offered: Offering, given: str) -> None:
    assert base_path(given) == "/health/"
    for address in offered(public=True, base_url=given).page("/").xpath("//a/@href | //form/@action"):
        assert address.startswith(("/health/", "http", "#")), address


@pytest.mark.parametrize(
    "path", ["/archive/articles?_size=1", "/archive", "/archive/articles/1", "/nothing", "/-/plugins"]
)
def test_stylesheets_are_reached_behind_a_proxy(offered: Offering, path: str) -> None:
    public = offered(public=True, base_url="/health/")
    sheets = html.fromstring(public.get(path).text).xpath("//link[@rel='stylesheet']/@href")
    assert any("miacrawl/tables.css" in sheet or "miacrawl/reading.css" in sheet for sheet in sheets)
    for sheet in sheets:
        assert sheet.startswith("/health/-/static"), sheet


def test_next_page_is_reached_behind_a_proxy(offered: Offering) -> None:
    """Datasette 0.65 writes the path twice into its links to the next page."""
    public = offered(public=True, base_url="/health/")
    following = (
        public.get("/archive/articles.json?_size=1").json().get("next_url")
        or public.page("/archive/articles?_size=1").xpath("//a[contains(@href, '_next=')]/@href")[0]
    )
    assert public.get(following.partition("/health")[2]).status_code == 200


@pytest.mark.parametrize("given", ["https://a.example/x", "/x?y", "/x y", "\\x", "/x#y", "/x\n"])
def test_base_url_that_is_no_path_is_refused(given: str) -> None:
    with pytest.raises(ConfigError, match="base-url"):
        base_path(given)


@pytest.mark.parametrize(
    "host, others",
    [("127.0.0.1", False), ("localhost", False), ("::1", False), ("no.such.invalid", False)]
    + [(host, True) for host in ("0.0.0.0", "::", "", "10.1.2.3")],
)
def test_address_that_others_reach_needs_the_word(host: str, others: bool) -> None:
    assert is_open(host) is others
    if others:
        with pytest.raises(ConfigError, match="--public"):
            check(Offer(host=host))
    check(Offer(host=host, public=True))


def test_command_refuses_an_open_address_and_sql_without_public(miacrawl: Run, tmp_path: Path) -> None:
    shelf.build(tmp_path / "archive", articles=1)
    for options in (["--host", "0.0.0.0"], ["--allow-sql"]):
        shown = miacrawl("serve", "--port", "0", *options)
        assert shown.returncode == ExitCode.CONFIG and "--public" in shown.stderr and "Traceback" not in shown.stderr


def test_public_server_explains_itself(offered: Offering, capsys: pytest.CaptureFixture[str]) -> None:
    offered(public=True).datasette()
    told = capsys.readouterr().out
    for part in ("2000 ms", "500 rows", "can't be downloaded", "Robots", "only this machine", "--allow-sql would let"):
        assert part in told
    offered(public=True, allow_sql=True, host="0.0.0.0", settings=(("sql_time_limit_ms", "700"),)).datasette()
    told = capsys.readouterr().out
    assert "anyone (--allow-sql)" in told and "whoever reaches" in told and "700 ms" in told
    offered().datasette()
    assert capsys.readouterr().out == ""


# The policy of Datasette's own pages

CORE = [
    "/archive",
    "/archive/articles",
    "/archive/articles/1",
    "/archive/most_recommended",
    "/archive/nothing",
    *ASKING[:1],
]


@pytest.mark.parametrize("path", CORE)
def test_script_in_datasettes_pages_has_the_nonce_of_the_policy(folder: Path, path: str) -> None:
    answer = Reader(folder).get(path)
    if answer.status_code == 302:
        answer = Reader(folder).get(answer.headers["location"])
    scripts = re.findall(r"<script[^>]*>", answer.text)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    value = re.search(r"'nonce-([\w-]{24})'", policy["script-src"])
    assert value and scripts and all(f" nonce={value[1]}" in tag for tag in scripts)
    assert "unsafe" not in policy["script-src"] and policy["object-src"] == "'none'"
    assert not re.search(r"<[^>]*\son[a-z]+=\"", answer.text)


def test_nonce_is_another_each_time_and_data_has_none(folder: Path) -> None:
    policies = {Reader(folder).get("/archive/articles").headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3
    for path in ("/archive/articles.json", "/archive/articles.csv", "/-/static/app.css"):
        assert "nonce" not in Reader(folder).get(path).headers["content-security-policy"]


def configured(folder: Path, policy: object) -> Reader:
    path = shelf.build(folder, articles=1) / "metadata.yaml"
    metadata = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(json.dumps({**metadata, "plugins": {"miacrawl": {"policy": policy}}}), "utf-8")
    return Reader(folder)


def test_configuration_can_allow_a_plugin_more_on_datasettes_pages_alone(tmp_path: Path) -> None:
    reader = configured(tmp_path, {"script-src": "'unsafe-eval'", "img-src": "https://tiles.example"})
    policy = reader.get("/archive").headers["content-security-policy"]
    assert "script-src 'self' 'unsafe-eval' 'nonce-" in policy and "blob: https://tiles.example;" in policy
    assert "unsafe-eval" not in reader.get("/").headers["content-security-policy"]


@pytest.mark.parametrize("policy", [["x"], {"nonsense": "x"}, {"script-src": "a; b"}, {"script-src": ["a"]}])
def test_configuration_of_the_policy_that_can_not_be_one_stops_the_server(tmp_path: Path, policy: Any) -> None:
    from datasette.utils import StartupError

    with pytest.raises(StartupError, match="policy"):
        configured(tmp_path, policy).get("/")


# What a stranger could keep the machine busy with


def test_same_facet_is_not_counted_a_thousand_times(offered: Offering) -> None:
    many = "&".join(["_facet=title", "_facet_array=authors"] * 200)
    asked = [
        f"/archive/articles?{many}",
        f"/archive/articles.json?{many}&_size=1",
        f"/archive/articles?%5Ffacet=url&{many}",
    ]
    for path, answer in offered(public=True).each(asked).items():
        assert answer.status_code == 200
        assert len(answer.text) < 300_000, f"{path[:40]}: {len(answer.text):,} characters"
    assert answer.text.count("facet-results") and "_facet=url" in answer.text


def test_long_pattern_is_refused_and_a_short_one_is_not(offered: Offering) -> None:
    """Held against one text of 2 MB a pattern of 4,000 characters takes minutes, which no time limit ends."""
    path = "/archive/articles.json?body__like=%25{}Z"
    assert offered(public=True).get(path.format("_" * 300)).status_code == 400
    assert offered(public=True).get(path.format("_" * 100)).status_code == 200
    assert offered().get(path.format("_" * 300)).status_code == 200


def test_unknown_page_costs_no_drawing_of_all_variables(offered: Offering, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = pytest.importorskip("datasette.handle_exception")
    if not hasattr(handler, "rich"):
        pytest.skip("this Datasette draws none")

    class Rich:
        @staticmethod
        def get_console() -> None:
            raise AssertionError("all variables are drawn")

    monkeypatch.setattr(handler, "rich", Rich)
    assert offered(public=True).get("/nothing/here").status_code == 404
