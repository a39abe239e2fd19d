"""The routes of the whole dataset: its files as the data are now, and the releases, which stay as they are.

What stands in the files is said in `exchange.package`; the page that lists them is `pages.data`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import Request, Response

from app.domain.errors import NotFoundError
from app.exchange.package.files import DATABASE, FILES, PACKAGE, SEEDS, WholeFile, checksum_line
from app.exchange.package.releases import ReleaseView, find_release, list_releases
from app.exchange.tables.about import LICENCE_ADDRESS
from app.store.views.base import Page
from app.web.api.routes import MISSING, answer, api_router, key_of
from app.web.dependencies import PastDay, ReadSession, Today, WholeTurn
from app.web.files import IN_MEMORY, stored_answer
from app.web.kept import code_version, matches

router = api_router("Whole dataset")

CHECKSUM: Final = ".sha256"
_TEXT: Final = "text/plain; charset=utf-8"
_LICENCE: Final = f'<{LICENCE_ADDRESS}>; rel="license"'
_DESCRIPTIONS: Final = {
    PACKAGE: "Give the whole published dataset as a Frictionless Data Package: a zip with a CSV for each table, and "
    "`datapackage.json`, which describes tables, keys, fields in both languages, licence and sources.",
    DATABASE: "Give the whole published dataset as an SQLite file (3.37 or later reads it): the tables of the package "
    "with keys, types and indexes; `about`, `about_tables`, `about_columns` and `about_codes` explain them.",
    SEEDS: "Give the whole published dataset as seeds: a zip of YAML that `mubiao seeds load` loads into an empty "
    "database.",
}


def _as_file(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Say how a file is answered, whole and in parts, as OpenAPI has it."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {
        200: {"description": "The file", "content": content},
        206: {
            "description": "The part that `Range` asks for, of a file of more than 1 MiB",
            "content": content,
        },
        416: {"description": "No part of the file is what `Range` asks for", "content": {}},
    }


ReleaseName = Annotated[
    str, key_of("Name of the release: its day, with a number from the second of a day on", "2026-11-30")
]
FileName = Annotated[str, key_of("Name of a file of the release, or that with `.sha256`", "package.zip")]


def _whole(request: Request, session: ReadSession, day: PastDay, name: str) -> WholeFile:
    """Give a file of the data that the session shows; equal data of one revision are made into it once."""
    state = request.app.state
    revision = session.info.get("read_at", session.info["revision"])
    shown = f"{revision}-{state.database.file_mark}{day or ''}"
    file: WholeFile = state.whole.get(session, shown, name)
    return file


def _give(name: str) -> Callable[..., Response]:
    def give(request: Request, turn: WholeTurn, session: ReadSession, day: PastDay) -> Response:  # noqa: ARG001 - a turn is had
        file = _whole(request, session, day, name)

        def made() -> Response:
            return stored_answer(file.path, name, FILES[name], _LICENCE)

        # A large one under the tag of its bytes, so that a download that broke off can go on.
        large = file.path.stat().st_size > IN_MEMORY
        return tagged(request, f'"{file.sha256}"', made) if large else made()

    return give


def _give_checksum(name: str) -> Callable[..., Response]:
    def give(request: Request, turn: WholeTurn, session: ReadSession, day: PastDay) -> Response:  # noqa: ARG001 - a turn is had
        file = _whole(request, session, day, name)
        return Response(checksum_line(name, file.sha256), media_type=_TEXT)

    return give


for _name, _media_type in FILES.items():
    _stem = _name.replace(".", "_")
    router.add_api_route(
        f"/{_name}",
        _give(_name),
        name=_stem,
        description=_DESCRIPTIONS[_name],
        response_class=Response,
        responses=_as_file(_media_type),
    )
    router.add_api_route(
        f"/{_name}{CHECKSUM}",
        _give_checksum(_name),
        name=f"{_stem}_sha256",
        description=f"Give the SHA-256 of `{_name}` as it is now, as `sha256sum -c` reads it.",
        response_class=Response,
        responses={
            200: {"description": "The line", "content": {"text/plain": {"schema": {"type": "string"}}}}
        },
    )


@router.get("/releases", response_model=Page[ReleaseView])
def get_releases(request: Request, today: Today) -> Response:
    """List the releases of the whole dataset, the latest first, with checksums and what differs between them."""
    found = [one for one in list_releases(folder_of(request)) if one.day <= today]
    page = Page[ReleaseView](items=found, total=len(found), total_is_capped=False, next=None)
    latest = found[0].name if found else ""
    return tagged(request, f'"releases.{len(found)}.{latest}.{code_version()}"', lambda: answer(page))


@router.get("/releases/{key}", response_model=ReleaseView, responses=MISSING)
def get_release(request: Request, today: Today, key: ReleaseName) -> Response:
    """Read one release: its files with checksums, its size, what differs from the one before."""
    release = _released(request, today, key)
    return tagged(request, f'"release.{release.name}.{code_version()}"', lambda: answer(release))


@router.get(
    "/releases/{key}/{file}",
    response_class=Response,
    responses={**_as_file("application/octet-stream"), **MISSING},
)
def get_released_file(request: Request, today: Today, key: ReleaseName, file: FileName) -> Response:
    """Give a file of a release, which never changes; `diff.json` and `diff.txt` hold every difference, field by field."""
    release = _released(request, today, key)
    found = release.find(file.removesuffix(CHECKSUM))
    if found is None:
        raise NotFoundError(
            "unknown_release", given=file[:80], case="file", allowed=[one.name for one in release.files]
        )
    if file != found.name:
        line = checksum_line(found.name, found.sha256)
        return tagged(request, f'"{found.sha256}.line"', lambda: Response(line, media_type=_TEXT))
    path = folder_of(request) / release.name / found.name
    return tagged(
        request, f'"{found.sha256}"', lambda: stored_answer(path, found.name, found.media_type, _LICENCE)
    )


def folder_of(request: Request) -> Path:
    """Name the folder of releases."""
    folder: Path = request.app.state.settings.releases_folder
    return folder


def tagged(request: Request, tag: str, make: Callable[[], Response]) -> Response:
    """Answer under a tag of its own, since a release comes without a new revision of the data; 304 to who has it."""
    headers = {"ETag": tag}
    if matches(request.headers.get("if-none-match", "").encode("latin-1"), tag.encode()):
        return Response(status_code=304, headers=headers)
    made = make()
    made.headers.update(headers)
    return made


def _released(request: Request, today: Today, key: str) -> ReleaseView:
    """Find a release that was there at the end of the day that is read."""
    release = find_release(folder_of(request), key)
    if release.day > today:
        raise NotFoundError("unknown_release", given=release.name)
    return release
