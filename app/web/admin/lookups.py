"""What a form's scripts ask while somebody types: what a name may mean, what a figure's words say.

Without scripts the server finds out the same when the form is sent.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from app.domain.errors import DomainError
from app.store.queries.measured import suggest_measured
from app.store.queries.naming import NAME_KINDS, NameKind, suggest_named
from app.store.views.named import NamedListView
from app.web.admin.sheet_view import beside
from app.web.admin.understanding import READ_OF_FIGURE, read_date, understand_due, understand_figure
from app.web.dependencies import ReadSession
from app.web.pages.frame import PageLang
from app.web.people import Editor
from app.web.speech import Speech

router = APIRouter()

_LONGEST: Final = 200


@router.get("/{lang:lang}/admin/suggest/{kind}")
def suggest(
    lang: PageLang,  # noqa: ARG001 - the names come in both languages
    kind: str,
    me: Editor,  # noqa: ARG001 - editors see what is not published
    session: ReadSession,
    q: Annotated[str, Query(max_length=_LONGEST)] = "",
) -> Response:
    """Suggest what a field may name, by what was typed into it."""
    if kind == "measured":
        return JSONResponse(NamedListView(items=suggest_measured(session, q)).model_dump(mode="json"))
    known: NameKind | None = next((one for one in NAME_KINDS if one == kind), None)
    if known is None:
        raise DomainError("unknown_word", "kind", given=kind[:80], expected=list(NAME_KINDS))
    found = NamedListView(items=suggest_named(session, known, q))
    return JSONResponse(found.model_dump(mode="json"))


@router.get("/{lang:lang}/admin/understand")
def understand(request: Request, lang: PageLang, me: Editor) -> Response:  # noqa: ARG001 - for editors alone
    """Say what the words of a figure and of a due date mean, beside what stands in the fields already.

    `figure` and `due` are the words, `written` the date of the document; the fields go by their own names, the
    due date's as `due_on`.
    """
    asked = {name: value[:_LONGEST] for name, value in request.query_params.items()}
    have = {name: asked.get(name, "") for name in READ_OF_FIGURE} | {"due": asked.get("due_on", "")}
    read = understand_figure(asked.get("figure", ""), have)
    due = understand_due(asked.get("due", ""), have, read_date(asked.get("written", "")))
    said = beside(Speech(lang), (read, due))
    answer: dict[str, Any] = {
        "fill": {**read.fill, **due.fill},
        "take": {**read.differs, **due.differs},
        "inferred": list(due.inferred),
        "figure": [{"lang": language, "said": words} for language, words in said.figure],
        "differs": list(said.differs),
        "problems": list(said.problems.values()),
    }
    return JSONResponse(answer)
