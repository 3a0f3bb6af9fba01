"""Every request is answered with our headers: unknown methods, and errors that nobody foresaw."""

from __future__ import annotations

from typing import Any

import pytest

from miacrawl.serve.answered import answered
from tests import loop, shelf
from tests.reader import Reader


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader(shelf.build(tmp_path_factory.mktemp("answered"), articles=2))


def asked(reader: Reader, method: str, path: str) -> Any:
    async def answer() -> Any:
        datasette = reader.datasette()
        await datasette.invoke_startup()
        return await datasette.client.request(method, path)

    return loop.run(answer())


@pytest.mark.parametrize("method", ["TRACE", "FOO", "CONNECT"])
@pytest.mark.parametrize("path", ["/archive/articles", "/article/1", "/-/versions"])
def test_unknown_method_is_told_which_there_are(reader: Reader, method: str, path: str) -> None:
    told = asked(reader, method, path)
    assert told.status_code == 405 and "GET" in told.headers["allow"]
    assert "default-src" in told.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["//-/plugins", "/archive/articles/-/insert", "/search//evil.example", "/-/x..json"])
def test_strange_paths_are_answered_under_the_policy(reader: Reader, path: str) -> None:
    told = asked(reader, "GET", f"http://localhost{path}")
    assert told.status_code in (302, 400, 403, 404, 405) and "content-security-policy" in told.headers


async def _failing(scope: Any, receive: Any, send: Any) -> None:
    raise RuntimeError("/home/secret/archive.db")


def test_error_within_is_answered_without_telling_what_it_was(caplog: pytest.LogCaptureFixture) -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    loop.run(answered(_failing, {"type": "http", "method": "GET", "path": "/x"}, None, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 500 and b"secret" not in sent[1]["body"]
    assert "/home/secret" in caplog.text and "GET /x" in caplog.text


def test_error_in_the_midst_of_an_answer_cuts_it_off() -> None:
    async def failing(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("later")

    async def send(message: dict[str, Any]) -> None:
        assert message["status"] == 200

    with pytest.raises(RuntimeError, match="later"):
        loop.run(answered(failing, {"type": "http", "method": "GET", "path": "/x"}, None, send))  # type: ignore[arg-type]
