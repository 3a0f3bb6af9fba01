"""Readers who have to log in, with Datasette's own plugin datasette-auth-passwords: nothing of the archive without.

Runs where that plugin is: in the environment of `make test-next`. In the ordinary one it would add its link to every
page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import html

from tests import loop, shelf
from tests.offered import Offered

pytest.importorskip("datasette_auth_passwords")
PATHS = ["/", "/search?q=worms", "/search.json?q=worms", "/article/1", "/archive", "/archive/articles"]
PATHS += ["/archive/articles.json", "/archive/most_recommended", "/archive.db", "/-/plugins"]


def test_who_has_not_logged_in_reads_nothing_and_who_has_reads_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datasette_auth_passwords.utils import hash_password

    path = shelf.build(tmp_path, articles=4) / "metadata.yaml"
    metadata = yaml.safe_load(path.read_text("utf-8"))
    accounts = {"datasette-auth-passwords": {"ida_password_hash": hash_password("worms")}}
    metadata = {**metadata, "allow": {"id": "*"}, "plugins": {**metadata["plugins"], **accounts}}
    path.write_text(yaml.safe_dump(metadata), "utf-8")
    loop.run(_log_in(Offered(tmp_path, monkeypatch, public=True).datasette()))


async def _log_in(datasette: Any) -> None:
    await datasette.invoke_startup()
    for path in PATHS:
        answer = await datasette.client.get(path)
        assert answer.status_code in (302, 403, 404), path
        assert "worms" not in answer.text.replace("q=worms", ""), path
    assert (await datasette.client.get("/robots.txt")).status_code == 200

    form = await datasette.client.get("/-/login")
    assert form.status_code == 200 and "form-action 'self'" in form.headers["content-security-policy"]
    token = {field.name: field.value for field in html.fromstring(form.text).xpath("//input[@type='hidden']")}
    for password, cookie in (("beans", False), ("worms", True)):
        answer = await datasette.client.post(
            "/-/login", data={**token, "username": "ida", "password": password}, cookies=dict(form.cookies)
        )
        assert ("ds_actor" in answer.cookies) is cookie, password
    cookies = {"ds_actor": answer.cookies["ds_actor"].strip('"')}
    for path in ("/", "/search?q=worms", "/article/1", "/archive/articles", "/archive/articles/1"):
        assert "worms" in (await datasette.client.get(path, cookies=cookies)).text.replace("q=worms", ""), path
    assert (await datasette.client.get("/-/plugins", cookies=cookies)).status_code == 403
