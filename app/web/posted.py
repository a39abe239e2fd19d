"""What a browser posts: the fields of a form and at most one file, read within bounds, as text that a database takes.

What the fields are called and mean is decided by those who ask.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from app.domain.errors import DomainError
from app.web.bodies import BodyTooLargeError
from app.web.forms import MOST_FIELDS

MOST_BYTES: Final = 4 * 2**20
MOST_OF_FILE: Final = 2**20
FORM: Final = "application/x-www-form-urlencoded"
_FORMS: Final = frozenset({FORM, "multipart/form-data"})
# Some browsers name an empty choice of a file with this type and no name.
_NO_FILE: Final = ""


class NoFormError(DomainError):
    """A body that is no form."""

    status = 415


class BadBodyError(DomainError):
    """A form that cannot be read to its end."""

    status = 400


@dataclass(frozen=True, slots=True)
class Posted:
    """The fields in their order, lines ending as in Unix, and the content of the file that came with them."""

    pairs: tuple[tuple[str, str], ...]
    file: bytes | None = None

    def first(self, name: str) -> str:
        """Give the first value of a field; nothing where there is none."""
        return next((value for each, value in self.pairs if each == name), "")

    def without(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """List the fields but those of these names."""
        left = frozenset(names)
        return [(name, value) for name, value in self.pairs if name not in left]


async def read_posted(request: Request) -> Posted:
    """Read a posted form, urlencoded or multipart.

    Raise BodyTooLargeError `body_too_large`, `file_too_large`; NoFormError `not_a_form`; BadBodyError `bad_body`,
    `too_many_fields`, `bad_character`.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _FORMS:
        raise NoFormError("not_a_form", "", given=kind[:80])
    size = 0

    async def bounded() -> Any:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            raise BodyTooLargeError("body_too_large", max=MOST_BYTES)
        return message

    # Within the application, Starlette would answer by itself what it cannot read.
    alone = Request({name: value for name, value in request.scope.items() if name != "app"}, bounded)
    try:
        form = await alone.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_OF_FILE)
    except MultiPartException as error:
        code = "too_many_fields" if "Too many" in error.message else "bad_body"
        raise BadBodyError(code, "", max=MOST_FIELDS) from error
    except FormParserError as error:
        raise BadBodyError("bad_body") from error
    try:
        pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        files = [value for value in form.values() if isinstance(value, UploadFile)]
        file = await _content(files[0]) if files and files[0].filename != _NO_FILE else None
    finally:
        await form.close()
    if any("\x00" in part for pair in pairs for part in pair):
        raise BadBodyError("bad_character", "", case="form")
    return Posted(tuple((name, _lines(value)) for name, value in pairs), file)


async def _content(file: UploadFile) -> bytes:
    content = await file.read(MOST_OF_FILE + 1)
    if len(content) > MOST_OF_FILE:
        raise BodyTooLargeError("file_too_large", "", max=MOST_OF_FILE // 2**20)
    return content


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


PostedForm = Annotated[Posted, Depends(read_posted)]
