"""The routes that change an entity, and those that show an editor what he goes on from: one set, for every kind.

What a request brings along is read in `requests`; what a change does is the service's.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Response
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.vocabulary import Role
from app.exchange.seeds import at_lines, differences
from app.store import service
from app.store.queries.editing import get_version, list_versions
from app.store.queries.paging import Paging
from app.store.revisions import Change
from app.store.views.base import Page
from app.store.views.editing import EditedView, FieldView, VersionDetail, VersionView
from app.web.api.conflicts import both_versions
from app.web.api.parameters import PageParameters
from app.web.api.requests import Asked, NoBody, Seen, Sent, asked_by, body_of, entity_of
from app.web.api.routes import PREFIX, SECURED, WRITTEN, answer, api_router, key_of
from app.web.api.values import Moment, PlainDigits
from app.web.dependencies import PresentSession, WriteSession
from app.web.people import Editor

router = api_router("Writing", public=False)

CREATED: Final = 201
EXAMPLES: Final[Mapping[str, str]] = {
    "region": "330000",
    "organization": "miit",
    "topic": "ai-terminals",
    "metric": "revenue",
    "source": "ifn-2026-jiangsu-zhejiang",
    "plan": "zj-ai-terminals",
    "observation": "zj-ai-output-2024",
}
EditorAsks = Annotated[Asked, asked_by(Role.EDITOR)]
Version = Annotated[int, Path(ge=1, le=10**9, description="Number of a version", examples=[2]), PlainDigits]
PublishAt = Annotated[
    Moment | None,
    Query(
        description="When it is to be published by itself, with its time zone (write a plus sign as %2B); now "
        "unless given",
        examples=["2027-01-31T09:00:00Z"],
    ),
]
OldVersion = Annotated[
    int | None,
    Query(
        ge=1,
        le=10**9,
        description="Number of a version: its content becomes a draft, instead of taking a retirement back",
        examples=[2],
    ),
    PlainDigits,
]
Endpoint = Callable[..., Response]


def edited(session: Session, kind: str, key: str, status: int = 200) -> Response:
    """Answer with how an entity stands for its editors; its tag is its version."""
    current = service.get_current(session, kind, key)
    made = answer(EditedView(**{name: getattr(current, name) for name in EditedView.model_fields}))
    made.status_code = status
    made.headers["ETag"] = f'"{current.version}"'
    if status == CREATED:
        made.headers["Location"] = f"{PREFIX}/{kind}s/{key}"
    return made


def _create(kind: str) -> Endpoint:
    def create(asked: EditorAsks, sent: Annotated[Sent, entity_of(kind)], session: WriteSession) -> Response:
        def do(by: Change) -> Response:
            with _at_lines(sent):
                written = service.save(session, kind, sent.entity, by, 0)
            return edited(session, kind, written.key, CREATED)

        return asked.once(session, sent.body, do)

    return create


def _replace(kind: str, key_in_path: Any) -> Endpoint:
    writer = service.WRITERS[kind]

    def replace(
        asked: EditorAsks,
        key: Annotated[str, key_in_path],
        seen: Seen,
        sent: Annotated[Sent, entity_of(kind)],
        session: WriteSession,
    ) -> Response:
        def do(by: Change) -> Response:
            own = writer.key(sent.entity)
            with both_versions(session, kind, key, seen, writer.seed(sent.entity)), _at_lines(sent):
                if own != key:
                    raise DomainError("other_key", writer.key_field, key=key, given=own)
                service.save(session, kind, sent.entity, by, seen)
            return edited(session, kind, key)

        return asked.once(session, sent.body, do)

    return replace


def _step(
    kind: str, key_in_path: Any, step: Callable[..., service.Written], role: Role = Role.EDITOR
) -> Endpoint:
    def take(
        asked: Annotated[Asked, asked_by(role)],
        key: Annotated[str, key_in_path],
        seen: Seen,
        _none: NoBody,
        session: WriteSession,
    ) -> Response:
        return _take(session, kind, key, asked, seen, step)

    return take


def _publish(kind: str, key_in_path: Any) -> Endpoint:
    def publish(
        asked: Annotated[Asked, asked_by(Role.REVIEWER)],
        key: Annotated[str, key_in_path],
        seen: Seen,
        _none: NoBody,
        session: WriteSession,
        publish_at: PublishAt = None,
    ) -> Response:
        return _take(session, kind, key, asked, seen, service.publish, at=publish_at)

    return publish


def _restore(kind: str, key_in_path: Any) -> Endpoint:
    def restore(
        asked: EditorAsks,
        key: Annotated[str, key_in_path],
        seen: Seen,
        _none: NoBody,
        session: WriteSession,
        version: OldVersion = None,
    ) -> Response:
        if version is None:
            return _take(session, kind, key, asked, seen, service.restore)

        def step(opened: Session, *rest: Any) -> service.Written:
            _, _, by, _ = rest
            return service.restore_revision(opened, kind, key, version, by, seen)

        return _take(session, kind, key, asked, seen, step)

    return restore


def _take(
    session: Session,
    kind: str,
    key: str,
    asked: Asked,
    seen: int,
    step: Callable[..., service.Written],
    **more: Any,
) -> Response:
    """Take a step that needs no content."""

    def do(by: Change) -> Response:
        with both_versions(session, kind, key, seen, None):
            step(session, kind, key, by, seen, **more)
        return edited(session, kind, key)

    return asked.once(session, b"", do)


def _show(kind: str, key_in_path: Any) -> Endpoint:
    def show(_me: Editor, session: PresentSession, key: Annotated[str, key_in_path]) -> Response:
        current = service.get_current(session, kind, key)
        session.info["entity_version"] = current.version
        return answer(EditedView(**{name: getattr(current, name) for name in EditedView.model_fields}))

    return show


def _list_versions(kind: str, key_in_path: Any) -> Endpoint:
    def listed(
        _me: Editor,
        session: PresentSession,
        key: Annotated[str, key_in_path],
        asked: Annotated[PageParameters, Query()],
    ) -> Response:
        return answer(list_versions(session, kind, key, Paging(asked.limit, asked.cursor)))

    return listed


def _show_version(kind: str, key_in_path: Any) -> Endpoint:
    def shown(
        _me: Editor, session: PresentSession, key: Annotated[str, key_in_path], version: Version
    ) -> Response:
        view, before, after = get_version(session, kind, key, version)
        fields = [FieldView(field=one.field, old=one.old, new=one.new) for one in differences(before, after)]
        return answer(VersionDetail(**dict(view), before=before, after=after, fields=fields))

    return shown


@contextmanager
def _at_lines(sent: Sent) -> Iterator[None]:
    """Name the lines of what was sent in whatever is refused."""
    try:
        yield
    except DomainError as error:
        at_lines(error, sent.document)
        raise


def _place(kind: str) -> tuple[str, Any]:
    """Give the path of one entity of a kind, and what reads its key from there."""
    if kind == "assessment":

        def assessed(
            region: Annotated[str, key_of("Code of the region", "330000")],
            topic: Annotated[str, key_of("Slug of the topic", "ai")],
        ) -> str:
            return f"{region}/{topic}"

        return f"/{kind}s/{{region}}/{{topic}}", Depends(assessed)
    said = "Code of the region" if kind == "region" else f"Slug of the {kind}"
    return f"/{kind}s/{{key}}", key_of(said, EXAMPLES[kind])


def _add(route: tuple[str, str, str], said: str, endpoint: Endpoint, **more: Any) -> None:
    """Add a route by its method, path and name, with what the document says of it."""
    method, path, name = route
    extra = {"security": [{"token": []}], **more.pop("openapi_extra", {})}
    router.add_api_route(
        path,
        endpoint,
        methods=[method],
        name=name,
        description=said,
        **{
            "response_model": EditedView,
            "responses": SECURED if method == "GET" else WRITTEN,
            "openapi_extra": extra,
            **more,
        },
    )


def _add_kind(kind: str) -> None:
    """Add the routes of a kind."""
    one, key = _place(kind)
    schema = {"$ref": f"#/components/schemas/{service.WRITERS[kind].schema.__name__}"}
    body: dict[str, Any] = {"openapi_extra": body_of({"application/json": schema})}
    _add(
        ("POST", f"/{kind}s", f"create_{kind}"),
        "Make a new entity. `Location` is its address, `ETag` its version.",
        _create(kind),
        **{**body, "status_code": CREATED},
    )
    _add(
        ("PUT", one, f"replace_{kind}"),
        "Save an entity as a whole. By one who may not publish, a change to what is public waits for a reviewer.",
        _replace(kind, key),
        **body,
    )
    _add(
        ("DELETE", one, f"retire_{kind}"),
        "Retire an entity, leaving a tombstone; by one who may not publish, this waits for a reviewer.",
        _step(kind, key, service.retire),
    )
    _add(
        ("POST", f"{one}/submit", f"submit_{kind}"),
        "Hand what is saved to a reviewer.",
        _step(kind, key, service.submit),
    )
    _add(
        ("POST", f"{one}/send-back", f"send_back_{kind}"),
        "Give what was handed in back to its authors; `reason` says what is wrong.",
        _step(kind, key, service.send_back, Role.REVIEWER),
    )
    _add(
        ("POST", f"{one}/publish", f"publish_{kind}"),
        "Publish what waits, now or at an instant to come.",
        _publish(kind, key),
    )
    _add(
        ("POST", f"{one}/discard", f"discard_{kind}"),
        "Drop the change that waits; its revisions stay.",
        _step(kind, key, service.discard),
    )
    _add(
        ("POST", f"{one}/restore", f"restore_{kind}"),
        "Take a retirement back, or go on from an old version.",
        _restore(kind, key),
    )
    _add(
        ("GET", f"{one}/seed", f"edit_{kind}"),
        "Read what an editor goes on from: the change that waits, if any, else what is applied.",
        _show(kind, key),
    )
    _add(
        ("GET", f"{one}/revisions", f"list_revisions_of_{kind}"),
        "List the revisions of an entity, the latest first: who, when, why.",
        _list_versions(kind, key),
        response_model=Page[VersionView],
    )
    _add(
        ("GET", f"{one}/revisions/{{version}}", f"read_revision_of_{kind}"),
        "Read one revision of an entity: before and after.",
        _show_version(kind, key),
        response_model=VersionDetail,
    )


for _kind in service.WRITERS:
    _add_kind(_kind)
