"""A plan's YAML into its form, and a form's YAML out of it: what can be read is taken over, what cannot is said by line.

How YAML is read and written is in `exchange.seeds`.
"""

from typing import Any

from app.domain.errors import DomainError, Problem
from app.domain.schemas import PlanIn
from app.domain.validation import validate
from app.exchange.seeds.reading import Document, read_yaml
from app.exchange.seeds.writing import dump
from app.web.admin.plan_sheet import DECIDED, Sheet
from app.web.admin.sheet_view import said_at
from app.web.admin.work_frame import Mistake, Showing
from app.web.forms import Form
from app.web.speech import Speech


def read_file(speech: Speech, content: bytes | None, sheet: Sheet) -> tuple[Sheet, Showing]:
    """Fill a form from a file, in place of what it holds; give it with every mistake of the file at its line.

    Without a file, or with one that is no plan at all, the form stays as it is.
    """
    if content is None:
        return sheet, Showing(problems=[Problem("file_missing")])
    document = read_yaml(content)
    data: Any = document.data
    if not isinstance(data, dict):
        found = document.mistakes or [(1, Problem("no_plan_in_file"))]
        return sheet, Showing(mistakes=[_mistake(speech, Form(), *one) for one in found])
    filled = Sheet.of_seed(data, sheet.key, sheet.seen)
    filled.reason = sheet.reason
    return filled, Showing(mistakes=[_mistake(speech, filled.form, *one) for one in _wrong(document)])


def yaml_of(form: Form) -> str:
    """Write what stands in a form as the YAML that it could be loaded from: in one form if it is valid, else as typed."""
    data = form.folded().data
    try:
        seed = validate(PlanIn, data).seed()
    except DomainError:
        seed = _given(data)
    return dump({name: value for name, value in seed.items() if name not in DECIDED})


def _wrong(document: Document) -> list[tuple[int, Problem]]:
    wrong = list(document.mistakes)
    try:
        validate(PlanIn, document.data)
    except DomainError as error:
        for problem in error.problems:
            parts = problem.field.split(".") if problem.field else []
            path = tuple(int(part) if part.isdigit() else part for part in parts)
            wrong.append((document.line(path), problem))
    return sorted(wrong, key=lambda one: one[0])


def _mistake(speech: Speech, form: Form, line: int, problem: Problem) -> Mistake:
    return Mistake(line, *said_at(speech, form, problem))


def _given(value: Any) -> Any:
    """Leave out what is blank."""
    if isinstance(value, dict):
        return {name: inner for name, each in value.items() if (inner := _given(each)) not in ("", [], {})}
    return [_given(each) for each in value] if isinstance(value, list) else value
