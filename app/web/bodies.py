"""Reading what a request sends in its body, no more of it than is allowed, and only when a route asks for it.

What the fields mean is for those who read them; FastAPI's own forms would be read before anyone is asked who he is.
"""

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from app.domain.errors import DomainError
from app.web.guard import BadTextError

FORM_BYTES: Final = 16 * 1024
"""How large a small form may be: a name, a password, a choice."""
FORM_FIELDS: Final = 50


class BodyTooLargeError(DomainError):
    """A body of more bytes than the route takes."""

    status = 413


async def read_body(request: Request, most: int) -> bytes:
    """Read the body, up to `most` bytes; raises BodyTooLargeError body_too_large as soon as there are more."""
    said = request.headers.get("content-length", "")
    if said.isascii() and said.isdigit() and int(said[:20]) > most:
        raise BodyTooLargeError("body_too_large", max=most)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise BodyTooLargeError("body_too_large", max=most)
    return bytes(body)


async def small_form(request: Request) -> Mapping[str, str]:
    """Read a small form's fields, of several with one name the first.

    Raises BodyTooLargeError, BadTextError bad_utf8 or bad_character, DomainError bad_form_body.
    """
    body = await read_body(request, FORM_BYTES)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FORM_FIELDS
        )
    except UnicodeDecodeError as error:
        raise BadTextError("bad_utf8", "", where="form") from error
    except ValueError as error:
        raise DomainError("bad_form_body", "", max=FORM_FIELDS) from error
    if any("\x00" in part for pair in pairs for part in pair):
        raise BadTextError("bad_character", "", where="form")
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    return fields


# Put it after the person in a route's parameters: they are asked for in that order.
SmallForm = Annotated[Mapping[str, str], Depends(small_form)]
