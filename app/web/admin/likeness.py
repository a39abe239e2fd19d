"""What a form may repeat of what is there already, in a sentence each, with where to look at it.

What is alike is found out in `store.queries.alike`; nothing is refused for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.domain.vocabulary import Boundary, Coverage, Kind
from app.store.queries.alike import Claim, Seen, observations_alike, plans_alike, targets_alike
from app.web.admin.understanding import read_date
from app.web.forms import Form
from app.web.speech import Speech


@dataclass(frozen=True, slots=True)
class Likeness:
    """A plan or figure that may be the same as one being written."""

    said: str
    href: str


def likenesses(speech: Speech, session: Session, form: Form, but: str) -> Iterable[Likeness]:
    """Point out plans of the same region with a like title, and figures on the same measure in the same year."""
    region = form.value("region").strip()
    own = but or form.value("slug").strip()
    for plan in plans_alike(session, region, form.value("title_zh"), form.value("title_en"), own):
        said = speech.gettext("The plan “{title}” is called alike.", title=speech.plain(plan, "title"))
        yield Likeness(said, speech.path(f"/admin/plans/{plan.slug}/edit"))
    for target in targets_alike(session, list(_claims(form, region)), own):
        figure = speech.fig(target.figure)
        said = speech.gettext(
            "“{title}” has a figure on the same measure and year: {figure}",
            title=speech.plain(target.plan, "title"),
            figure=speech.gettext(
                "{figure} {due}", figure=figure or "–", due=speech.due(target.due_on, target.due_precision)
            ),
        )
        yield Likeness(said, speech.path(f"/admin/plans/{target.plan.slug}/edit"))


def _claims(form: Form, region: str) -> Iterable[Claim]:
    for row in form.rows("targets"):
        dues = (read_date(form.value(f"{one}.due")) for one in form.rows(f"{row}.deadlines"))
        years = tuple({due.last.year for due in dues if due})
        metric, topic = (form.value(f"{row}.{name}").strip() for name in ("metric", "topic"))
        if metric and topic and years:
            yield Claim(form.value(f"{row}.region").strip() or region, metric, topic, years)


def like_observations(speech: Speech, session: Session, form: Form, but: str) -> Iterable[Likeness]:
    """Point out observations of the same region and key in a period that overlaps."""
    seen = _seen(form)
    for one in observations_alike(session, seen, but) if seen else ():
        said = speech.gettext(
            "“{title}” is on the same measure and period: {figure} ({day})",
            title=speech.plain(one, "statement"),
            figure=speech.fig(one.figure) or "–",
            day=speech.day(one.to_on, one.precision),
        )
        yield Likeness(said, speech.path(f"/admin/edit/observation/{one.slug}"))


def _seen(form: Form) -> Seen | None:
    """Say what an observation is about, as far as that can be read; blank fields mean what the schema lets them."""
    start, end = (read_date(form.value(name)) for name in ("start", "end"))
    said = {name: form.value(name).strip() for name in ("region", "metric", "topic", "qualifier")}
    words = {
        "kind": form.value("kind") or Kind.LEVEL,
        "boundary": form.value("boundary") or Boundary.UNSPECIFIED,
        "coverage": form.value("coverage") or Coverage.UNSPECIFIED,
    }
    known = (
        words["kind"] in set(Kind)
        and words["boundary"] in set(Boundary)
        and words["coverage"] in set(Coverage)
    )
    if end is None or not known:
        return None
    return Seen(
        **said,
        kind=Kind(words["kind"]),
        boundary=Boundary(words["boundary"]),
        coverage=Coverage(words["coverage"]),
        from_on=start.first if start else end.last,
        to_on=end.last,
    )
