"""The page of one target with its path, evidence and observations.

The list of targets is in `explorer`, the comparison of several regions in `compare`.
"""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request, Response

from app.store.queries.names import topic_names
from app.store.queries.observations import named_observations
from app.store.queries.targets import get_target
from app.store.views.facts import ObservationView, TargetView
from app.web.dependencies import ReadSession, Today
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.verdicts import Topics, considered_in, measure, topics_by_slug
from app.web.speech import Speech
from app.web.templating import Context

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPage(Context):
    """What a target's page shows."""

    template: ClassVar[str] = "pages/target.html"

    target: TargetView
    topics: Topics
    measured: str
    observations: dict[str, ObservationView]


@router.get("/{lang:lang}/targets/{public_id}")
def target_page(
    request: Request, lang: PageLang, public_id: str, session: ReadSession, today: Today
) -> Response:
    """Show one target: what it measures, its deadlines, where each is written, how far it has come."""
    target = get_target(session, public_id, today)
    topics = topics_by_slug(topic_names(session))
    speech = Speech(lang)
    title = speech.gettext(
        "{region}: {statement}",
        region=speech.name(target.region),
        statement=speech.plain(target, "statement"),
    )
    page = TargetPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "Deadlines, evidence and progress of a target of {plan}.",
                plan=speech.plain(target.plan, "title"),
            ),
            json=f"targets/{target.public_id}",
            cite=cited(session, speech, title, today),
        ),
        target=target,
        topics=topics,
        measured=measure(speech, target, topics),
        observations=named_observations(session, considered_in(target.deadlines)),
    )
    return respond(request, page, lang)
