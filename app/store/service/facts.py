"""How observations and assessments are checked, written and read back.

Plans and what they hold are in `plans`.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload
from typing_extensions import override

from app.domain.dates import PartialDate
from app.domain.errors import Problem
from app.domain.schemas import AssessmentIn, ObservationIn
from app.domain.vocabulary import EditorialState
from app.store.models import Assessment, Observation, Region, Topic
from app.store.revisions import Seed
from app.store.service import columns
from app.store.service.refs import Names, Refs
from app.store.service.rules import fits, key_known, known, proved, sources_known
from app.store.service.writer import Writer, Writing, copy_from, copy_to, last_day

_OBSERVATION = (
    *("slug", "baseline_year", "status", "series", "statement_zh", "statement_en", "inferred"),
    *("editorial_state", "note_zh", "note_en"),
)
_ASSESSMENT = ("searched_zh", "searched_en", "searched_on")


class ObservationWriter(Writer[ObservationIn]):
    """Observations; nothing refers to them."""

    name = "observation"
    schema = ObservationIn
    model = Observation
    key_field = "slug"
    inserted = True

    @override
    def is_public(self, seed: Seed) -> bool:
        """Say whether the observation is published."""
        return bool(seed.get("editorial_state") == EditorialState.PUBLISHED)

    @override
    def meets(self, entity: ObservationIn) -> Iterator[tuple[str, str]]:
        """Give the sources of its evidence."""
        for one in entity.evidence:
            yield "source", one.source

    @override
    def check(self, refs: Refs, entity: ObservationIn, before: Seed | None) -> list[Problem]:
        """Refuse unknown references, a unit that does not fit, and publication without evidence."""
        problems = [
            *known("unknown_region", "region", entity.region, refs.region),
            *known("unknown_organization", "measured_by", entity.measured_by, refs.organization),
            *key_known(refs, entity, ""),
            *fits(refs, entity, entity.unit, "unit"),
            *sources_known(refs, entity.evidence, ""),
        ]
        published = entity.editorial_state is EditorialState.PUBLISHED
        if published and entity.value is not None and entity.unit is not None:
            problems += proved(entity.evidence, entity.value, entity.value_high, entity.unit, "")
        return problems

    @override
    def fill(self, to: Writing, row: Observation, entity: ObservationIn, before: Seed | None) -> None:
        """Lay out the observation; a stock's first day is its last, without a precision of its own."""
        copy_to(row, entity, _OBSERVATION)
        columns.fill_key(row, entity, to.refs)
        columns.fill_figure(row, entity)
        row.region_id = to.refs.region[entity.region]
        row.measured_by_id = to.refs.organization[entity.measured_by] if entity.measured_by else None
        row.to_on, row.precision = last_day(entity.end)
        _, row.from_precision = last_day(entity.start)
        row.from_on = entity.start.first if entity.start else row.to_on
        columns.fill_evidence(to, row.evidence, entity.evidence)

    @override
    def all_rows(self) -> Select[Any]:
        """Select observations with their evidence, in two statements."""
        return select(Observation).options(selectinload(Observation.evidence))

    @override
    def read(self, session: Session, names: Names, rows: list[Observation]) -> list[Seed]:
        """Read observations."""
        return [
            copy_from(row, (*_OBSERVATION, "retired_on"))
            | columns.read_key(row, names)
            | columns.read_figure(row)
            | {
                "region": names.region[row.region_id],
                "measured_by": names.organization.get(row.measured_by_id or 0),
                "start": PartialDate.around(row.from_on, row.from_precision),
                "end": PartialDate.around(row.to_on, row.precision),
                "evidence": columns.read_evidence(row.evidence, names),
            }
            for row in rows
        ]


class AssessmentWriter(Writer[AssessmentIn]):
    """Assessments: one for a region and topic, whose key is both: `330000/ai`."""

    name = "assessment"
    schema = AssessmentIn
    model = Assessment
    key_field = "topic"

    @override
    def key(self, entity: AssessmentIn) -> str:
        return f"{entity.region}/{entity.topic}"

    @override
    def key_column(self) -> Any:
        region = select(Region.code).where(Region.id == Assessment.region_id).scalar_subquery()
        topic = select(Topic.slug).where(Topic.id == Assessment.topic_id).scalar_subquery()
        return region + "/" + topic

    @override
    def check(self, refs: Refs, entity: AssessmentIn, before: Seed | None) -> list[Problem]:
        """Refuse an unknown region or topic."""
        return [
            *known("unknown_region", "region", entity.region, refs.region),
            *known("unknown_topic", "topic", entity.topic, refs.topic),
        ]

    @override
    def fill(self, to: Writing, row: Assessment, entity: AssessmentIn, before: Seed | None) -> None:
        """Copy the columns."""
        copy_to(row, entity, _ASSESSMENT)
        row.region_id = to.refs.region[entity.region]
        row.topic_id = to.refs.topic[entity.topic]

    @override
    def read(self, session: Session, names: Names, rows: list[Assessment]) -> list[Seed]:
        """Read assessments."""
        return [
            copy_from(row, (*_ASSESSMENT, "retired_on"))
            | {"region": names.region[row.region_id], "topic": names.topic[row.topic_id]}
            for row in rows
        ]
