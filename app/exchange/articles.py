"""A source's text, which a user has and Mubiao does not keep, against all evidence recorded from it (R5).

How one phrase is judged is said by `domain.evidence`; nothing is written, and no sentence of the text is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.domain.errors import NotFoundError
from app.domain.evidence import Checked, Claim, check_evidence
from app.domain.figures import PERCENT, plain
from app.domain.schemas import Paragraphs
from app.domain.text import paragraphs, text_sha256
from app.domain.vocabulary import Check
from app.store.models import Deadline, Evidence, Measure, Observation, Plan, Source, Target

_FAILED = frozenset({Check.PHRASE_MISSING, Check.FIGURE_MISSING})
_EVIDENCE = (
    Evidence.paragraph_first,
    Evidence.paragraph_last,
    Evidence.phrase,
    Evidence.outcome,
)


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence after the check: the fact's kind and public id, what was recorded, what came out."""

    kind: str
    fact: str
    figure: str
    paragraph: Paragraphs
    phrase: str
    recorded: Check
    checked: Checked
    has_figure: bool

    @property
    def holds(self) -> bool:
        """Say whether the phrase and figure are there, and the record says so.

        A fact without a figure may be recorded as differing by a curator's judgement, which no check repeats.
        """
        if self.checked.check in _FAILED:
            return False
        judged = self.recorded is Check.DIFFERS and not self.has_figure
        unchecked = self.recorded is Check.UNCHECKED and self.checked.check is Check.FOUND
        return judged or unchecked or self.checked.check is self.recorded


@dataclass(frozen=True, slots=True)
class ArticleCheck:
    """All evidence of one source against a text; `same_text` is None where the source has no recorded hash."""

    source: str
    sha256: str
    same_text: bool | None
    proofs: tuple[Proof, ...]

    @property
    def holds(self) -> bool:
        """Say whether all evidence holds."""
        return all(proof.holds for proof in self.proofs)


def check_article(session: Session, source: str, text: str) -> ArticleCheck:
    """Check all evidence of a source that is not retired, in the order of the text, in five statements.

    Raise NotFoundError `unknown_source`.
    """
    found = session.execute(select(Source.id, Source.text_sha256).where(Source.slug == source)).one_or_none()
    if found is None:
        raise NotFoundError("unknown_source", given=source)
    lines = paragraphs(text)
    proofs = [
        _proof(kind, fact, claims, row, lines) for kind, fact, claims, row in _claimed(session, found.id)
    ]
    proofs.sort(key=lambda proof: (proof.paragraph, proof.fact))
    digest = text_sha256(text)
    same = None if found.text_sha256 is None else found.text_sha256 == digest
    return ArticleCheck(source, digest, same, tuple(proofs))


def _proof(kind: str, fact: str, claims: list[Claim], row: Row[Any], lines: list[str]) -> Proof:
    """Check one phrase; one that has several amounts to prove must prove one of them."""
    results = [
        check_evidence(row.phrase, row.paragraph_first, row.paragraph_last, claim, lines) for claim in claims
    ]
    best = next((one for one in results if one.check is Check.FOUND), results[0])
    return Proof(
        kind=kind,
        fact=fact,
        figure=", ".join(filter(None, map(_figure, claims))),
        paragraph=Paragraphs((row.paragraph_first, row.paragraph_last)),
        phrase=row.phrase,
        recorded=row.outcome,
        checked=best,
        has_figure=any(claim.value is not None for claim in claims),
    )


def _figure(claim: Claim) -> str:
    if claim.value is None:
        return ""
    high = "" if claim.value_high is None else f"–{plain(claim.value_high)}"
    return f"{f'{claim.comparator} ' if claim.comparator else ''}{plain(claim.value)}{high} {claim.unit}"


def _claimed(session: Session, source_id: int) -> Iterator[tuple[str, str, list[Claim], Row[Any]]]:
    """List the evidence of a source with the kind and id of its fact and what it has to prove."""
    for row in session.execute(
        _of(source_id, Plan.slug).join(Plan, Evidence.plan_id == Plan.id).where(Plan.retired_on.is_(None))
    ):
        yield "plan", row.slug, [Claim()], row
    figure = (Deadline.comparator, Deadline.value, Deadline.value_high, Deadline.unit, Deadline.inferred)
    for row in session.execute(
        _of(source_id, Deadline.public_id, Deadline.due_on.label("day"), *figure)
        .join(Deadline, Evidence.deadline_id == Deadline.id)
        .join(Target, Deadline.target_id == Target.id)
        .join(Plan, Target.plan_id == Plan.id)
        .where(Deadline.retired_on.is_(None), Target.retired_on.is_(None), Plan.retired_on.is_(None))
    ):
        yield "deadline", row.public_id, [_claim(row)], row
    seen = (
        *(Observation.comparator, Observation.value, Observation.value_high, Observation.unit),
        Observation.inferred,
    )
    for row in session.execute(
        _of(source_id, Observation.slug, Observation.to_on.label("day"), *seen)
        .join(Observation, Evidence.observation_id == Observation.id)
        .where(Observation.retired_on.is_(None))
    ):
        yield "observation", row.slug, [_claim(row)], row
    amounts = (Measure.comparator, Measure.total, Measure.max_each, Measure.max_share, Measure.unit)
    for row in session.execute(
        _of(source_id, Measure.public_id, *amounts)
        .join(Measure, Evidence.measure_id == Measure.id)
        .join(Plan, Measure.plan_id == Plan.id)
        .where(Measure.retired_on.is_(None), Plan.retired_on.is_(None))
    ):
        yield "measure", row.public_id, _amounts(row), row


def _of(source_id: int, *columns: Any) -> Select[Any]:
    return select(*_EVIDENCE, *columns).select_from(Evidence).where(Evidence.source_id == source_id)


def _claim(row: Row[Any]) -> Claim:
    """Ask for what the text says, not for what a curator inferred from it."""
    inferred = set(row.inferred)
    year = row.day.year if row.day and not inferred & {"due", "end"} else None
    if "value" in inferred:
        return Claim(year=year)
    comparator = None if "comparator" in inferred else row.comparator
    return Claim(comparator, row.value, row.value_high, row.unit, year)


def _amounts(row: Row[Any]) -> list[Claim]:
    amounts = ((row.total, row.unit), (row.max_each, row.unit), (row.max_share, PERCENT))
    return [Claim(value=value, unit=unit) for value, unit in amounts if value is not None] or [Claim()]
