"""What a page that is rendered may ask for, and what of its requests and of the answers passes."""

from __future__ import annotations

import pytest

from miacrawl.fetch.render.asked import Asked, headers_to_give, headers_to_send, why_refused

PAGE = "https://www.example.org/news/a-story"


@pytest.mark.parametrize("kind", ["script", "xhr", "fetch"])
@pytest.mark.parametrize("url", ["https://www.example.org/x", "https://cdn.example.net/x", "http://example.org/x"])
def test_scripts_and_data_may_come_from_anywhere(kind: str, url: str) -> None:
    assert why_refused(Asked(url, "GET", kind), PAGE, post=False) is None


@pytest.mark.parametrize("kind", ["image", "media", "font", "websocket", "eventsource", "ping", "prefetch", "manifest",
                                  "texttrack", "beacon", "other", ""])  # fmt: skip
def test_what_text_does_not_need_is_not_fetched(kind: str) -> None:
    assert why_refused(Asked("https://www.example.org/x", "GET", kind), PAGE, post=True)


@pytest.mark.parametrize(
    ("url", "place", "refused"),
    [
        ("https://example.org/other", "main", False),
        ("https://example.net/other", "main", True),
        ("https://example.org:8443/other", "main", True),
        ("https://example.org/frame", "sub", True),
        ("https://example.org/window", "new", True),
    ],
)
def test_documents_are_of_the_page_and_its_site(url: str, place: str, refused: bool) -> None:
    assert bool(why_refused(Asked(url, "GET", "document", place), PAGE, post=False)) is refused


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "post"])
def test_only_what_changes_nothing_is_asked(method: str) -> None:
    assert why_refused(Asked("https://example.org/api", method, "fetch"), PAGE, post=False)


def test_posts_where_they_are_allowed_go_to_the_pages_own_site_and_are_short() -> None:
    assert why_refused(Asked("https://example.org/api", "POST", "fetch"), PAGE, post=True) is None
    assert why_refused(Asked("https://example.net/api", "POST", "fetch"), PAGE, post=True)
    assert why_refused(Asked("https://example.org/api", "PUT", "fetch"), PAGE, post=True)
    assert why_refused(Asked("https://example.org/api", "POST", "fetch", post_bytes=70_000), PAGE, post=True)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/x", "data:,x", "blob:https://example.org/1",
                                 "chrome://version", "https://example.org/" + "x" * 3000])  # fmt: skip
def test_what_is_no_web_address_is_not_fetched(url: str) -> None:
    assert why_refused(Asked(url, "GET", "fetch"), PAGE, post=False)


ASKED = {
    "accept": "*/*",
    "authorization": "Bearer secret",
    "cookie": "session=secret",
    "origin": "https://www.example.org",
    "referer": "https://www.example.org/news/a-story?secret=1",
    "user-agent": "Mozilla/5.0",
    "x-api-key": "secret",
    "if-none-match": '"x"',
    "sec-fetch-mode": "cors",
}


def test_no_credential_goes_to_another_site() -> None:
    assert headers_to_send(ASKED, "https://example.net/x", PAGE) == {
        "accept": "*/*",
        "origin": "https://www.example.org",
    }


def test_the_pages_own_site_gets_what_its_scripts_say_but_no_cookie_and_no_other_agent() -> None:
    sent = headers_to_send(ASKED, "https://example.org/api", PAGE)
    assert sent["x-api-key"] == "secret" and sent["referer"] == PAGE
    assert not {"cookie", "user-agent", "if-none-match", "sec-fetch-mode"} & set(sent)


def test_headers_are_few_and_short() -> None:
    many = {f"x-{number}": "y" for number in range(100)} | {"x-long": "y" * 10_000}
    sent = headers_to_send(many, "https://example.org/api", PAGE)
    assert len(sent) <= 30 and "x-long" not in sent


def test_answers_can_not_have_the_browser_keep_or_go_for_anything() -> None:
    said = {"content-type": "text/html", "set-cookie": "a=b", "refresh": "0; url=/x", "link": "</x>; rel=preload",
            "location": "/x", "content-encoding": "gzip", "access-control-allow-origin": "*"}  # fmt: skip
    assert headers_to_give(said) == {"content-type": "text/html", "access-control-allow-origin": "*"}
