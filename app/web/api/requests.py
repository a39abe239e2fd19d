"""What writes through the API bring along: who asks and why, the version seen, a key against doing it twice, a body.

What is done with it is in `writes` and `imports`.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.schemas import Entity
from app.domain.vocabulary import Role
from app.exchange.seeds import read_single
from app.exchange.seeds.reading import Document
from app.store import repeats
from app.store.revisions import Change
from app.web.bodies import read_body
from app.web.people import Person, needs

ENTITY_BYTES: Final = 2**20
"""How large one entity may be; the largest plan of the seeds has a fiftieth of it."""
IMPORT_BYTES: Final = 4 * 2**20
JSON: Final = frozenset({"application/json"})
YAML: Final = frozenset({"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"})

# The version of our own tags, `"version.revision.day.code"`, with or without what follows it.
_TAG: Final = re.compile(r'\s*(?:W/)?"(?P<version>[0-9]{1,9})(?:\.[^"]*)?"\s*')
_CHARSETS: Final = frozenset({"", "utf-8", "utf8"})


class MediaTypeError(DomainError):
    """A body of a type that the route does not take."""

    status = 415


class PreconditionRequiredError(DomainError):
    """A change that does not say which version it was made from."""

    status = 428


Reason = Annotated[
    str | None,
    Query(max_length=300, description="Why, in the words that the revision keeps", examples=["Typing error"]),
]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[!-~]+$",
        description="Names this request, for 24 hours: sent again with the same key it is done once, and answered alike",
        examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """A write that someone who may has asked for."""

    request: Request
    me: Person
    reason: str
    key: str | None

    def once(self, session: Session, body: bytes, do: Callable[[Change], Response]) -> Response:
        """Do it and keep the answer with it; if it was done before, give the answer of then.

        Raises DomainError idempotency_key_reused if the key was another request's.
        """
        by = self.by()
        if self.key is None:
            return do(by)
        given = repeats.begin(session, self.me.id, self.key, self._digest(body), by.at)
        if given is not None:
            return Response(given.body, given.status, given.headers)
        answer = do(by)
        headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
        repeats.end(session, self.me.id, self.key, answer.status_code, headers, bytes(answer.body).decode())
        return answer

    def by(self) -> Change:
        """Say who changes something, why, and that it is now: to be asked when nobody need be waited for any more."""
        return self.me.change(self.reason or None, datetime.now(UTC))

    def _digest(self, body: bytes) -> str:
        """Hash what makes two requests the same."""
        request = self.request
        seen = request.headers.get("if-match", "")
        line = f"{request.method} {request.url.path}?{request.url.query}\n{seen}\n"
        return hashlib.sha256(line.encode() + body).hexdigest()


def asked_by(role: Role) -> Any:
    """Make the dependency that lets in a role before anything else of the request is looked at."""

    async def asked(
        request: Request,
        me: Annotated[Person, Depends(needs(role))],
        reason: Reason = None,
        named: Key = None,
    ) -> Asked:
        return Asked(request, me, (reason or "").strip(), named)

    return Depends(asked)


async def seen_version(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="The `ETag` of what the change was made from, or its `version` in quotation marks; required",
            examples=['"3"'],
        ),
    ] = None,
) -> int:
    """Read the version that a change was made from; of a tag, the version alone counts.

    Raises PreconditionRequiredError precondition_required, DomainError bad_if_match.
    """
    if if_match is None:
        raise PreconditionRequiredError("precondition_required", "If-Match")
    found = _TAG.fullmatch(if_match)
    if found is None:
        case = {"case": "any"} if if_match.strip() == "*" else {}
        raise DomainError("bad_if_match", "If-Match", given=if_match, **case)
    return int(found["version"])


Seen = Annotated[int, Depends(seen_version)]


@dataclass(frozen=True, slots=True)
class Sent:
    """An entity that was sent, the document that knows its lines, and the bytes."""

    entity: Entity
    document: Document
    body: bytes


def entity_of(kind: str) -> Any:
    """Make the dependency that reads an entity of a kind from the body."""

    async def sent(request: Request) -> Sent:
        check_type(request, JSON)
        body = await read_body(request, ENTITY_BYTES)
        # A large one takes a while.
        entity, document = await run_in_threadpool(read_single, kind, body)
        return Sent(entity, document, body)

    return Depends(sent)


async def nothing(request: Request) -> None:
    """Refuse a body where none is looked at: what someone says in it would be passed over.

    Raises DomainError body_not_expected.
    """
    if await read_body(request, ENTITY_BYTES):
        raise DomainError("body_not_expected")


NoBody = Annotated[None, Depends(nothing)]


def check_type(request: Request, types: frozenset[str]) -> str:
    """Give the media type of the body; raises MediaTypeError wrong_media_type if the route takes no such one."""
    said, _, rest = request.headers.get("content-type", "").lower().partition(";")
    charset = re.search(r'charset\s*=\s*"?([^\s;"]*)', rest)
    packed = request.headers.get("content-encoding", "identity").lower() != "identity"
    kind = said.strip()
    if kind not in types or packed or (charset[1] if charset else "") not in _CHARSETS:
        raise MediaTypeError("wrong_media_type", "Content-Type", given=kind, allowed=sorted(types))
    return kind


def body_of(schemas: dict[str, Any]) -> dict[str, Any]:
    """Describe a body for the document, by media type: FastAPI must not read it before it is known who asks."""
    content = {kind: {"schema": schema} for kind, schema in schemas.items()}
    return {"requestBody": {"required": True, "content": content}}
