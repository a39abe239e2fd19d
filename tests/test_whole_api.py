"""The addresses of the whole dataset and its releases, and the page that lists them.

What stands in the files is tested in `test_package` and `test_releases`.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.exchange.package.releases import ReleaseView, make_release
from app.store.session import Database
from app.web.files import IN_MEMORY
from tests.builders import AT, BY, make_plan
from tests.clients import asking, database_of
from tests.databases import Databases
from tests.test_api_document import misfits
from tests.whole import fill

NAME = "2026-11-20"
SIZE = IN_MEMORY + 1000


@pytest.fixture
def client(databases: Databases, tmp_path: Path) -> Iterator[TestClient]:
    """Ask the application about the small dataset; the engine makes no difference to its files."""
    with databases.lend("sqlite", "migrated") as db:
        with db.write() as session:
            fill(session)
        with asking(db, releases=str(tmp_path)) as asked:
            yield asked


def release(client: TestClient, folder: Path, at: datetime = AT) -> ReleaseView:
    """Release what the application shows."""
    made = make_release(database_of(client), folder, at)
    assert made is not None
    return made


def test_the_whole_is_given_as_it_is_now(client: TestClient) -> None:
    """As files of their names, under their licence, each with its checksum; the tag is that of all these data."""
    tag = client.get("/api/v1/plans", headers={"Accept-Encoding": "identity"}).headers["etag"]
    for name in ("package.zip", "mubiao.sqlite", "seeds.zip"):
        answer = client.get(f"/api/v1/{name}")
        assert answer.status_code == 200
        assert {one: answer.headers[one] for one in ("content-disposition", "link", "etag")} == {
            "content-disposition": f'attachment; filename="{name}"',
            "link": '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
            "etag": tag,
        }
        line = client.get(f"/api/v1/{name}.sha256")
        assert (line.headers["content-type"], line.text) == (
            "text/plain; charset=utf-8",
            f"{sha256(answer.content).hexdigest()}  {name}\n",
        )


def test_the_whole_follows_the_data_and_knows_past_days(client: TestClient) -> None:
    """What is published is in the next answer; a past day has, byte for byte, what it had then."""
    before = {name: client.get(f"/api/v1/{name}").content for name in ("seeds.zip", "package.zip")}
    with database_of(client).write() as session:
        make_plan(session, "zj-later", by=replace(BY, at=AT + timedelta(days=1)))
    after = client.get("/api/v1/seeds.zip").content
    names = [set(zipfile.ZipFile(io.BytesIO(one)).namelist()) for one in (before["seeds.zip"], after)]
    assert names[1] - names[0] == {"plans/zj-later.yaml"}
    then = {name: client.get(f"/api/v1/{name}?as_of=2026-11-20").content for name in before}
    assert then == before
    refused = client.get("/api/v1/seeds.zip?as_of=2026-11-19")
    assert (refused.status_code, refused.json()["code"]) == (422, "as_of_before_data")


def test_releases_are_listed_at_once_and_stay(client: TestClient, tmp_path: Path) -> None:
    """Though the data have no new revision: no answer of before is given again; the latest comes first."""
    assert client.get("/api/v1/releases").json()["total"] == 0
    assert "There is no release yet." in client.get("/en/data").text
    first = release(client, tmp_path)
    listed = client.get("/api/v1/releases").json()
    assert listed == {
        "items": [first.model_dump(mode="json")],
        "total": 1,
        "total_is_capped": False,
        "next": None,
    }
    with database_of(client).write() as session:
        make_plan(session, "zj-later")
    second = release(client, tmp_path, AT + timedelta(days=1))
    names = [one["name"] for one in client.get("/api/v1/releases").json()["items"]]
    assert names == [second.name, first.name] == ["2026-11-21", NAME]
    assert client.get(f"/api/v1/releases/{NAME}").json() == first.model_dump(mode="json")
    for file in first.files:
        answer = client.get(f"/api/v1/releases/{NAME}/{file.name}")
        assert (sha256(answer.content).hexdigest(), len(answer.content)) == (file.sha256, file.size)
        line = client.get(f"/api/v1/releases/{NAME}/{file.name}.sha256").text
        assert line == f"{file.sha256}  {file.name}\n"
    shown = client.get(f"/api/v1/releases/{second.name}/diff.txt")
    assert shown.headers["content-disposition"] == 'inline; filename="diff.txt"'
    assert "\n  + zj-later\n" in shown.text


def test_releases_are_of_their_schema(client: TestClient, tmp_path: Path) -> None:
    """The list and one by one, with a difference and without."""
    release(client, tmp_path)
    with database_of(client).write() as session:
        make_plan(session, "zj-later")
    second = release(client, tmp_path)
    document = client.get("/api/v1/openapi.json").json()
    for path in ("/api/v1/releases", "/api/v1/releases/{key}"):
        said = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = client.get(path.format(key=second.name)).json()
        assert list(misfits(answer, said, document, path)) == []


def test_who_has_a_released_file_is_not_sent_it_again(client: TestClient, tmp_path: Path) -> None:
    """Its tag is its checksum, whatever becomes of the data; lists have tags of their own."""
    made = release(client, tmp_path)
    asked = {path: client.get(path) for path in ("/api/v1/releases", f"/api/v1/releases/{NAME}", "/zh/data")}
    path = f"/api/v1/releases/{NAME}/package.zip"
    asked[path] = client.get(path)
    assert asked[path].headers["etag"] == f'"{made.files[0].sha256}"'
    for address, answer in asked.items():
        again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])


@pytest.mark.parametrize(
    ("headers", "status", "start", "end"),
    [
        ({}, 200, 0, SIZE),
        ({"Range": "bytes=100-199"}, 206, 100, 200),
        ({"Range": f"bytes={SIZE - 5}-"}, 206, SIZE - 5, SIZE),
        ({"Range": f"bytes={SIZE - 5}-{SIZE + 5}"}, 206, SIZE - 5, SIZE),
        ({"Range": "bytes=-7"}, 206, SIZE - 7, SIZE),
        ({"Range": f"bytes=-{SIZE + 7}"}, 206, 0, SIZE),
        ({"Range": "bytes=100-", "If-Range": "TAG"}, 206, 100, SIZE),
        ({"Range": "bytes=100-", "If-Range": '"another"'}, 200, 0, SIZE),
        ({"Range": "bytes=5-4"}, 200, 0, SIZE),
        ({"Range": "bytes=0-1,5-6"}, 200, 0, SIZE),
        ({"Range": "pages=1-2"}, 200, 0, SIZE),
        ({"Range": f"bytes={SIZE}-"}, 416, 0, 0),
        ({"Range": "bytes=-0"}, 416, 0, 0),
    ],
)
def test_a_download_that_broke_off_goes_on(
    client: TestClient, tmp_path: Path, headers: dict[str, str], status: int, start: int, end: int
) -> None:
    """A large file of a release is given in part, of the same bytes only; what is no range gives the whole."""
    path, tag = f"{NAME}/package.zip", f'"{release(client, tmp_path).files[0].sha256}"'
    content = bytes(number * number % 251 for number in range(SIZE))
    (tmp_path / path).write_bytes(content)
    asked = {name: value.replace("TAG", tag) for name, value in headers.items()}
    answer = client.get(f"/api/v1/releases/{path}", headers=asked)
    assert (answer.status_code, answer.content) == (status, content[start:end])
    assert (answer.headers["accept-ranges"], answer.headers["etag"]) == ("bytes", tag)
    assert answer.headers["content-length"] == str(end - start)
    told = {200: None, 206: f"bytes {start}-{end - 1}/{SIZE}", 416: f"bytes */{SIZE}"}
    assert answer.headers.get("content-range") == told[status]


def test_what_is_not_there_is_said(client: TestClient, tmp_path: Path) -> None:
    """With what is; nothing beside the files of a release can be asked for."""
    release(client, tmp_path)
    said = {
        "2026-11-19": "There is no release “2026-11-19”; `/api/v1/releases` lists them all.",
        "latest/package.zip": "There is no release “latest”; `/api/v1/releases` lists them all.",
        f"{NAME}/release.json": "The release has no file “release.json”.",
        f"{NAME}/%2e%2e": "The release has no file “..”.",
        f"{NAME}/.sha256": "The release has no file “.sha256”.",
        "..%2f..%2fpasswd/package.zip": "There is no page or entry at this address.",
    }
    for path, sentence in said.items():
        answer = client.get(f"/api/v1/releases/{path}")
        assert answer.status_code == 404
        assert answer.json()["detail"].startswith(sentence)


def test_a_past_day_has_the_releases_of_then(client: TestClient, tmp_path: Path) -> None:
    """Those that came later are not there yet."""
    release(client, tmp_path)
    with database_of(client).write() as session:
        make_plan(session, "zj-later")
    release(client, tmp_path, datetime(2026, 11, 25, tzinfo=UTC))
    names = [one["name"] for one in client.get("/api/v1/releases?as_of=2026-11-24").json()["items"]]
    assert names == [NAME]
    assert client.get("/api/v1/releases/2026-11-25?as_of=2026-11-24").status_code == 404


def test_the_page_offers_files_and_releases(client: TestClient, tmp_path: Path) -> None:
    """In both languages: the files of now, those of each release with size and checksum, and what differs."""
    first = release(client, tmp_path)
    with database_of(client).write() as session:
        make_plan(session, "zj-later")
    second = release(client, tmp_path)
    english, chinese = client.get("/en/data").text, client.get("/zh/data").text
    for page in (english, chinese):
        for file in (*first.files, *second.files):
            assert file.sha256 in page
        for name in ("package.zip", "mubiao.sqlite", "seeds.zip"):
            assert f'href="/api/v1/{name}"' in page
            assert f'href="/api/v1/{name}.sha256"' in page
            assert f'href="/api/v1/releases/{NAME}-2/{name}"' in page
    assert "<code>plans</code>:\n                1 added, 0 changed, 0 retired" in english
    assert "<code>plans</code>:\n                新增1，修改0，停用0" in chinese
    size = second.files[1].size
    assert f"{size / 1000:.1f}\u00a0kB" in english


def test_a_database_that_is_away_is_said_before_the_first_byte(tmp_path: Path) -> None:
    """As everywhere: problem+json, and nothing half made is given later."""
    with asking(Database(f"sqlite:///{tmp_path / 'none.sqlite3'}")) as client:
        answer = client.get("/api/v1/package.zip")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_missing")
