"""What stands over figures of one region or one metric that are shown together: titles, verdicts, contradictions (R3).

Verdicts and reasons come from the view as they are; the comparison of regions is worded in `verdicts`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.domain.vocabulary import Family, Reason, Verdict
from app.store.views.comparison import KinView, SubjectView
from app.store.views.facts import DeadlineView, FigureView, ObservationView
from app.web.pages.verdicts import Remark, Topics, measure, place_words, remarks_on, why
from app.web.speech import Speech

V = TypeVar("V", DeadlineView, ObservationView)
LABELLED = 2
"""How many pairs a remark names: observations are named at length, by year and measurer."""


@dataclass(frozen=True, slots=True)
class Kin(Generic[V]):
    """Figures of one key as they are shown."""

    figures: Sequence[V]
    title: str
    remarks: tuple[Remark, ...]
    places: Mapping[str, str]  # by id
    cautions: str  # of its rankings
    contested: frozenset[
        str
    ]  # slugs of observations of which another one of the same day says something else


@dataclass(frozen=True, slots=True)
class Subject(Generic[V]):
    """Figures of one family as they are shown: those that name one measure, then those that stand alone."""

    family: Family | None
    title: str
    remark: Remark | None  # between figures of different keys
    differs: frozenset[Reason]  # the fields to be marked
    kin: tuple[Kin[V], ...]
    alone: tuple[V, ...]


def worded(speech: Speech, views: Iterable[SubjectView[V]], topics: Topics) -> tuple[Subject[V], ...]:
    """Word figures that stand together."""
    return tuple(_subject(speech, view, topics) for view in views)


def _subject(speech: Speech, view: SubjectView[V], topics: Topics) -> Subject[V]:
    remark = None
    if view.family and view.differences:
        about = speech.gettext("between different measures") if _several(view.rows) else ""
        remark = Remark(Verdict.DIFFERENT, why(speech, Verdict.DIFFERENT, view.differences), about)
    return Subject(
        family=view.family,
        title=speech.word(view.family) if view.family else speech.gettext("Without a figure"),
        remark=remark,
        differs=frozenset(view.differences) if view.family else frozenset(),
        kin=tuple(_kin(speech, row, topics) for row in view.rows if view.family and len(row.figures) > 1),
        alone=tuple(
            figure for row in view.rows if not view.family or len(row.figures) == 1 for figure in row.figures
        ),
    )


def _several(rows: Sequence[KinView[V]]) -> bool:
    """Say whether any row has verdicts of its own, from which the subject's must be told apart."""
    return any(row.verdicts for row in rows)


def _kin(speech: Speech, row: KinView[V], topics: Topics) -> Kin[V]:
    title = measure(speech, row.figures[0], topics)
    labels = _labels(speech, row.figures)
    return Kin(
        figures=row.figures,
        title=title[:1].upper() + title[1:],
        remarks=tuple(remarks_on(speech, row.verdicts, labels, LABELLED)),
        places=place_words(speech, row.rankings),
        cautions=speech.listed(
            dict.fromkeys(speech.word(reason) for ranking in row.rankings for reason in ranking.cautions)
        ),
        contested=contested_among(row.figures),
    )


def _labels(speech: Speech, figures: Sequence[V]) -> dict[str, str]:
    """Name each figure by its region where there are several, its year, and who measured it."""
    several = len({figure.region.code for figure in figures}) > 1
    labels = {}
    for figure in figures:
        parts = [speech.name(figure.region)] if several else []
        if isinstance(figure, ObservationView):
            parts.append(str(figure.to_on.year) if figure.to_on else speech.gettext("date unknown"))
            parts.append(
                speech.name(figure.measured_by) if figure.measured_by else speech.word(figure.status)
            )
            labels[figure.slug] = " ".join(parts)
        else:
            parts.append(str(figure.due_on.year) if figure.due_on else speech.gettext("no date"))
            labels[figure.id] = " ".join(parts)
    return labels


def contested_among(figures: Iterable[FigureView]) -> frozenset[str]:
    """Name the observations, all of one key, of which another one of the same region and day says something else."""
    said: dict[object, dict[str, tuple[object, ...]]] = defaultdict(dict)
    for figure in figures:
        if isinstance(figure, ObservationView) and figure.to_on:
            said[figure.region.code, figure.to_on][figure.slug] = _amount(figure)
    return frozenset(slug for amounts in said.values() if len(set(amounts.values())) > 1 for slug in amounts)


def _amount(figure: FigureView) -> tuple[object, ...]:
    return (figure.comparator, figure.canonical_value, figure.canonical_high, figure.canonical_unit)
