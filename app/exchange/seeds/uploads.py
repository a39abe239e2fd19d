"""What someone sends instead of putting it into a folder: one entity, or many of several kinds, as JSON or YAML.

Each mistake keeps its line. Reading the text is done in `json_text` and `reading`, saving in `importing`.
"""

from typing import Any, Final

from app.domain.errors import DomainError, Problem
from app.domain.schemas import Entity
from app.domain.validation import validate
from app.exchange.seeds.json_text import read_json
from app.exchange.seeds.layout import Mistake, Seeds, locate, read_entity, read_items
from app.exchange.seeds.reading import Document
from app.store.service import WRITERS

LISTS: Final = {f"{kind}s": kind for kind in WRITERS}
"""The lists that an upload may hold, and the kinds of their items."""
# What has no line of its own is said of the whole; there is no name of a file to say.
_NO_FILE: Final = ""
_NOT_READ: Final = frozenset({"bad_json", "bad_yaml", "not_utf8"})


class UnreadableError(DomainError):
    """A text that is not of the form that it is said to have."""

    status = 400


def read_upload(document: Document) -> Seeds:
    """Sort what a document holds into entities and mistakes; raise UnreadableError for what is no text of its form.

    It is a group of lists by kind (`regions`, `plans`, …), or one plan as a file of the seeds holds it.
    """
    refuse_unreadable(document)
    seeds = Seeds()
    seeds.mistakes += [Mistake(_NO_FILE, line, problem) for line, problem in document.mistakes]
    data = document.data
    if not isinstance(data, dict):
        seeds.mistakes.append(Mistake(_NO_FILE, 1, Problem("bad_form", "", {"case": "group"})))
    elif "slug" in data:
        read_entity(seeds, _NO_FILE, document, "plan", ())
    else:
        for name in data:
            if name in LISTS:
                read_items(seeds, _NO_FILE, document, LISTS[name], name)
            else:
                unknown = Problem("unknown_list", name, {"given": name, "allowed": list(LISTS)})
                seeds.mistakes.append(locate(_NO_FILE, document, (), unknown))
    return seeds


def read_single(kind: str, content: bytes) -> tuple[Entity, Document]:
    """Read one entity from JSON, with the document that knows its lines.

    Raise UnreadableError, and DomainError with every mistake.
    """
    document = read_json(content)
    refuse_unreadable(document)
    problems = [with_line(problem, line) for line, problem in document.mistakes]
    try:
        entity: Entity = validate(WRITERS[kind].schema, document.data)
    except DomainError as error:
        problems += at_lines(error, document).problems
    if problems:
        raise DomainError.of(problems)
    return entity, document


def refuse_unreadable(document: Document) -> None:
    """Raise UnreadableError for a document that could not be read at all."""
    unread = [with_line(problem, line) for line, problem in document.mistakes if problem.code in _NOT_READ]
    if unread:
        raise UnreadableError.of(unread)


def refuse_mistakes(mistakes: list[Mistake]) -> None:
    """Raise DomainError for all mistakes of an upload, by their lines."""
    ordered = sorted(mistakes, key=lambda one: (one.line, one.problem.field))
    if ordered:
        raise DomainError.of(with_line(one.problem, one.line) for one in ordered)


def at_lines(error: DomainError, document: Document) -> DomainError:
    """Give an error with the lines of the fields that it names."""
    error.problems = [
        with_line(problem, document.line(_path(problem.field))) if problem.field else problem
        for problem in error.problems
    ]
    return error


def with_line(problem: Problem, line: int) -> Problem:
    """Give a problem with the line (from 1) at which it is."""
    return Problem(problem.code, problem.field, {**problem.detail, "line": line})


def _path(field: str) -> tuple[Any, ...]:
    return tuple(int(part) if part.isdigit() else part for part in field.split("."))
