"""The route that takes many entities at once, in the form of the seeds.

What an upload may hold is said in `exchange.seeds.uploads`; what becomes of it is the service's.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from app.domain.vocabulary import Role
from app.exchange.seeds import Seeds, differences, import_upload, read_upload
from app.exchange.seeds.json_text import read_json
from app.exchange.seeds.reading import read_yaml
from app.exchange.seeds.uploads import LISTS
from app.store.revisions import Outcome, Written
from app.store.service import WRITERS
from app.store.views.editing import FieldView, ImportedView, ImportView
from app.web.api.requests import IMPORT_BYTES, JSON, YAML, Asked, asked_by, body_of, check_type
from app.web.api.routes import WRITTEN, answer, api_router
from app.web.bodies import read_body
from app.web.dependencies import WriteSession

router = api_router("Writing", public=False)

DryRun = Annotated[
    Literal["true", "false"],
    Query(description="`true` to be told what it would do, and to write nothing", examples=["true"]),
]
_LISTS: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Lists by kind",
    "properties": {
        name: {"type": "array", "items": {"$ref": f"#/components/schemas/{WRITERS[kind].schema.__name__}"}}
        for name, kind in LISTS.items()
    },
}
_UPLOAD: Final[dict[str, Any]] = {"anyOf": [_LISTS, {"$ref": "#/components/schemas/PlanIn"}]}


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent, sorted, and the bytes."""

    seeds: Seeds
    body: bytes


async def uploaded(request: Request) -> Upload:
    """Read the body; raises MediaTypeError, BodyTooLargeError, UnreadableError."""
    kind = check_type(request, JSON | YAML)
    body = await read_body(request, IMPORT_BYTES)
    # A large one takes seconds, in which others are to be answered.
    seeds = await run_in_threadpool(lambda: read_upload((read_json if kind in JSON else read_yaml)(body)))
    return Upload(seeds, body)


@router.post(
    "/import",
    response_model=ImportView,
    responses=WRITTEN,
    openapi_extra={
        "security": [{"token": []}],
        **body_of({"application/json": _UPLOAD, "application/yaml": _UPLOAD}),
    },
)
def import_entities(
    asked: Annotated[Asked, asked_by(Role.EDITOR)],
    upload: Annotated[Upload, Depends(uploaded)],
    session: WriteSession,
    dry_run: DryRun = "false",
) -> Response:
    """Save many entities that may name each other: a group of lists by kind, or one plan; all of it or nothing.

    Plans and observations become drafts, and changes wait, unless a reviewer sends them. What someone else has
    under way is not replaced.
    """
    if dry_run == "true":
        made = _report(import_upload(session, upload.seeds, asked.by()), dry_run=True)
        _forget(session)
        return made
    return asked.once(
        session, upload.body, lambda by: _report(import_upload(session, upload.seeds, by), dry_run=False)
    )


def _forget(session: Session) -> None:
    """Take all back that was written, and the note that the public is to be told."""
    session.rollback()
    session.info.clear()


def _report(written: list[Written], *, dry_run: bool) -> Response:
    counts = Counter(one.outcome for one in written)
    view = ImportView(
        dry_run=dry_run,
        created=counts[Outcome.CREATED],
        updated=counts[Outcome.UPDATED],
        unchanged=counts[Outcome.UNCHANGED],
        items=[_imported(one) for one in written if one.outcome is not Outcome.UNCHANGED],
    )
    return answer(view)


def _imported(one: Written) -> ImportedView:
    changed = differences(one.before, one.after) if one.before is not None else []
    return ImportedView(
        kind=one.entity,
        key=one.key,
        outcome=one.outcome,
        version=one.version,
        waits=one.waits,
        fields=[FieldView(field=each.field, old=each.old, new=each.new) for each in changed],
    )
