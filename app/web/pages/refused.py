"""The comparison's form given back when what was asked cannot be compared: filled in, with what is wrong at its field.

What can be compared is decided in `queries.compare`; an error that no field of the form can mend has a page in `errors`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app import i18n
from app.domain.errors import Problem
from app.domain.validation import brief, shortened
from app.i18n import Lang
from app.store.queries.compare import CompareQuery, without_figures
from app.store.queries.names import region_codes, topic_names
from app.web.pages.choosing import Chooser, chooser
from app.web.pages.frame import head, respond
from app.web.pages.verdicts import topics_by_slug
from app.web.speech import Speech
from app.web.templating import Context

MOST_REGIONS: Final = 40
"""How many regions of too many the form still shows."""
_REFUSED: Final = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPage(Context):
    """What is shown instead of a comparison."""

    template: ClassVar[str] = "pages/compare_refused.html"
    sheets: ClassVar[tuple[str, ...]] = ("compare.css",)
    scripts: ClassVar[tuple[str, ...]] = ("picker.js",)

    chooser: Chooser


def refused_page(  # noqa: PLR0913 - the request, what it asked for, and what is wrong with it
    request: Request,
    lang: Lang,
    session: Session,
    asked: CompareQuery,
    *,
    filters: dict[str, Any],
    problems: Sequence[Problem],
    typed: str | None,
    today: date,
) -> Response:
    """Answer with the form; a region that is none stands in the field for a further one, to be written anew."""
    speech = Speech(lang)
    names = asked.regions[:MOST_REGIONS]
    codes = region_codes(session, names)
    unknown = [name for name in names if name not in codes]
    known = tuple(dict.fromkeys(codes[name] for name in names if name in codes))
    view = without_figures(session, replace(asked, regions=known), today)
    wrong: defaultdict[str, list[str]] = defaultdict(list)
    for problem in problems:
        wrong[problem.field].append(i18n.problem_sentence(lang, brief(problem)))
    title = speech.gettext("Compare regions")
    page = RefusedPage(
        head=head(request, lang, title, title, listed=False),
        chooser=chooser(
            speech,
            view,
            topics_by_slug(topic_names(session)),
            {**filters, "region": list(known)},
            typed or (shortened(unknown[0]) if unknown else None),
            wrong=dict(wrong),
        ),
    )
    answer = respond(request, page, lang, _REFUSED)
    answer.headers["Cache-Control"] = "no-store"
    return answer
