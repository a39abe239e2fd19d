"""How regions, organizations, topics, metrics and sources are checked, written and read back.

What refers to them is in `plans` and `facts`.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from typing_extensions import override

from app.domain.dates import PartialDate
from app.domain.errors import DomainError, Problem
from app.domain.figures import unit_fits
from app.domain.schemas import MetricIn, OrganizationIn, RegionIn, SourceIn, TopicIn
from app.domain.units import find_unit
from app.domain.vocabulary import Kind
from app.store.models import (
    Deadline,
    Metric,
    Observation,
    Organization,
    Region,
    RegionMember,
    Source,
    Target,
    Topic,
)
from app.store.revisions import Seed
from app.store.service.refs import DECLARED, Names, Refs
from app.store.service.rules import known, known_once, no_cycle, unit_mismatch
from app.store.service.writer import Writer, Writing, copy_from, copy_to, last_day

_NAMES = ("name_zh", "name_en")


class RegionWriter(Writer[RegionIn]):
    """Regions; parents, members and successors are regions too, so they are connected last."""

    name = "region"
    schema = RegionIn
    model = Region
    key_field = "code"
    columns = ("code", "slug", "level", "iso", *_NAMES, "short_zh", "abbr_zh", "aliases")

    @override
    def declare(self, refs: Refs, entity: RegionIn) -> None:
        """Make code, slug, ISO code and parent known."""
        refs.region.setdefault(entity.code, DECLARED)
        refs.region_slugs[entity.code] = entity.slug
        refs.region_parents[entity.code] = entity.parent
        refs.region_owners.setdefault(entity.slug, entity.code)
        if entity.iso:
            refs.region_owners.setdefault(entity.iso, entity.code)

    @override
    def check(self, refs: Refs, entity: RegionIn, before: Seed | None) -> list[Problem]:
        """Refuse a taken slug or ISO code, unknown regions, a parent below itself, members listed twice."""
        problems = [
            *known("unknown_region", "parent", entity.parent, refs.region),
            *known("unknown_region", "replaced_by", entity.replaced_by, refs.region),
            *known_once("unknown_region", "members", entity.members, refs.region),
            *no_cycle("parent", entity.code, refs.region_parents),
        ]
        if refs.region_owners[entity.slug] != entity.code:
            problems.append(Problem("slug_taken", "slug", {"given": entity.slug}))
        if entity.iso and refs.region_owners[entity.iso] != entity.code:
            problems.append(Problem("iso_taken", "iso", {"given": entity.iso}))
        problems += [
            Problem("contains_itself", field, {"given": entity.code})
            for field, value in (("members", entity.members), ("replaced_by", [entity.replaced_by]))
            if entity.code in value
        ]
        return problems

    @override
    def fill(self, to: Writing, row: Region, entity: RegionIn, before: Seed | None) -> None:
        """Copy the columns, and note how the names are read."""
        copy_to(row, entity, self.columns)
        row.pinyin = to.pinyin((entity.short_zh, entity.name_zh, entity.name_en, *entity.aliases))

    @override
    def connect(self, to: Writing, rows: list[tuple[Region, RegionIn]]) -> None:
        """Set parents and successors, and write the members of groups anew."""
        for row, entity in rows:
            row.parent_id = to.refs.region[entity.parent] if entity.parent else None
            row.replaced_by_id = to.refs.region[entity.replaced_by] if entity.replaced_by else None
        groups = [(row, entity) for row, entity in rows if entity.members]
        # A region that is no group any more must lose its members too, hence all rows.
        changed = [row.id for row, _ in rows if row.version > 1]
        if changed:
            to.session.execute(delete(RegionMember).where(RegionMember.group_id.in_(changed)))
        to.add(
            to.new(RegionMember, group_id=row.id, member_id=to.refs.region[code], position=position)
            for row, entity in groups
            for position, code in enumerate(entity.members)
        )

    @override
    def read(self, session: Session, names: Names, rows: list[Region]) -> list[Seed]:
        """Read regions and, in one statement more, the members of groups."""
        members = select(RegionMember).order_by(RegionMember.group_id, RegionMember.position)
        grouped = {
            group: [names.region[one.member_id] for one in found]
            for group, found in groupby(session.scalars(members), key=lambda one: one.group_id)
        }
        return [
            copy_from(row, (*self.columns, "retired_on"))
            | {
                "parent": names.region.get(row.parent_id or 0),
                "replaced_by": names.region.get(row.replaced_by_id or 0),
                "members": grouped.get(row.id, []),
            }
            for row in rows
        ]


class OrganizationWriter(Writer[OrganizationIn]):
    """Organizations."""

    name = "organization"
    schema = OrganizationIn
    model = Organization
    key_field = "slug"
    columns = ("slug", *_NAMES)

    @override
    def declare(self, refs: Refs, entity: OrganizationIn) -> None:
        """Make the slug known."""
        refs.organization.setdefault(entity.slug, DECLARED)

    @override
    def check(self, refs: Refs, entity: OrganizationIn, before: Seed | None) -> list[Problem]:
        """Refuse an unknown region."""
        return known("unknown_region", "region", entity.region, refs.region)

    @override
    def fill(self, to: Writing, row: Organization, entity: OrganizationIn, before: Seed | None) -> None:
        """Copy the columns."""
        copy_to(row, entity, self.columns)
        row.region_id = to.refs.region[entity.region] if entity.region else None

    @override
    def read(self, session: Session, names: Names, rows: list[Organization]) -> list[Seed]:
        """Read organizations."""
        return [
            copy_from(row, (*self.columns, "retired_on")) | {"region": names.region.get(row.region_id or 0)}
            for row in rows
        ]


class TopicWriter(Writer[TopicIn]):
    """Topics; a parent is a topic too, so it is connected last."""

    name = "topic"
    schema = TopicIn
    model = Topic
    key_field = "slug"
    columns = ("slug", *_NAMES, "aliases", "definition_zh", "definition_en", "standard")

    @override
    def declare(self, refs: Refs, entity: TopicIn) -> None:
        """Make slug and parent known."""
        refs.topic.setdefault(entity.slug, DECLARED)
        refs.topic_parents[entity.slug] = entity.parent

    @override
    def check(self, refs: Refs, entity: TopicIn, before: Seed | None) -> list[Problem]:
        """Refuse an unknown parent, and one below itself."""
        return [
            *known("unknown_topic", "parent", entity.parent, refs.topic),
            *no_cycle("parent", entity.slug, refs.topic_parents),
        ]

    @override
    def fill(self, to: Writing, row: Topic, entity: TopicIn, before: Seed | None) -> None:
        """Copy the columns."""
        copy_to(row, entity, self.columns)
        row.pinyin = to.pinyin((entity.name_zh, *entity.aliases))

    @override
    def connect(self, to: Writing, rows: list[tuple[Topic, TopicIn]]) -> None:
        """Set parents."""
        for row, entity in rows:
            row.parent_id = to.refs.topic[entity.parent] if entity.parent else None

    @override
    def read(self, session: Session, names: Names, rows: list[Topic]) -> list[Seed]:
        """Read topics."""
        return [
            copy_from(row, (*self.columns, "retired_on")) | {"parent": names.topic.get(row.parent_id or 0)}
            for row in rows
        ]


class MetricWriter(Writer[MetricIn]):
    """Metrics; a dimension fixes the units that figures may have."""

    name = "metric"
    schema = MetricIn
    model = Metric
    key_field = "slug"
    columns = (
        *("slug", *_NAMES, "aliases", "definition_zh", "definition_en", "family", "dimension"),
        *("standard", "direction", "additive", "canonical_unit"),
    )

    @override
    def declare(self, refs: Refs, entity: MetricIn) -> None:
        """Make slug and dimension known."""
        refs.metric.setdefault(entity.slug, DECLARED)
        refs.dimensions[entity.slug] = entity.dimension

    @override
    def check(self, refs: Refs, entity: MetricIn, before: Seed | None) -> list[Problem]:
        """Refuse a canonical unit that is none, is not canonical, or is of another dimension."""
        unit = entity.canonical_unit
        try:
            found = find_unit(unit)
        except DomainError:
            return [Problem("unknown_unit", "canonical_unit", {"unit": unit})]
        if found.canonical != unit or not unit_fits(Kind.LEVEL, entity.dimension, unit):
            return [unit_mismatch("canonical_unit", Kind.LEVEL, entity.dimension, unit)]
        return []

    @override
    def fill(self, to: Writing, row: Metric, entity: MetricIn, before: Seed | None) -> None:
        """Copy the columns; note a changed dimension, which `check_units` will ask about."""
        copy_to(row, entity, self.columns)
        row.pinyin = to.pinyin((entity.name_zh, *entity.aliases))
        if before and before["dimension"] != entity.dimension:
            to.session.info["dimension_changed"] = True

    @override
    def read(self, session: Session, names: Names, rows: list[Metric]) -> list[Seed]:
        """Read metrics."""
        return [copy_from(row, (*self.columns, "retired_on")) for row in rows]


class SourceWriter(Writer[SourceIn]):
    """Sources."""

    name = "source"
    schema = SourceIn
    model = Source
    key_field = "slug"
    columns = (
        *("slug", "kind", "title_zh", "title_en", "publisher_zh", "publisher_en", "url", "language"),
        *("script", "text_sha256", "note_zh", "note_en"),
    )

    @override
    def meets(self, entity: SourceIn) -> Iterator[tuple[str, str]]:
        """Give the source itself."""
        yield "source", entity.slug

    @override
    def declare(self, refs: Refs, entity: SourceIn) -> None:
        """Make the slug known."""
        refs.source.setdefault(entity.slug, DECLARED)

    @override
    def check(self, refs: Refs, entity: SourceIn, before: Seed | None) -> list[Problem]:
        """Find nothing: no rule of sources spans tables."""
        return []

    @override
    def fill(self, to: Writing, row: Source, entity: SourceIn, before: Seed | None) -> None:
        """Copy the columns."""
        copy_to(row, entity, self.columns)
        row.published_on, row.published_precision = last_day(entity.published)

    @override
    def read(self, session: Session, names: Names, rows: list[Source]) -> list[Seed]:
        """Read sources."""
        return [
            copy_from(row, (*self.columns, "retired_on"))
            | {"published": PartialDate.around(row.published_on, row.published_precision)}
            for row in rows
        ]


def check_units(session: Session) -> None:
    """Refuse a metric's new dimension if stored figures do not have it (R1); raise `unit_mismatch`.

    To be called at the end of a transaction that wrote metrics: the figures may have changed with them.
    """
    if not session.info.pop("dimension_changed", False):
        return
    columns: tuple[Any, ...] = (Metric.slug, Metric.dimension)
    figures = (
        select(*columns, Target.kind, Deadline.unit)
        .join(Target, Target.metric_id == Metric.id)
        .join(Deadline, Deadline.target_id == Target.id)
        .where(Target.retired_on.is_(None), Deadline.retired_on.is_(None))
        .union(
            select(*columns, Observation.kind, Observation.unit)
            .join(Observation, Observation.metric_id == Metric.id)
            .where(Observation.retired_on.is_(None))
        )
    )
    problems = [
        unit_mismatch(f"{row.slug}.dimension", row.kind, row.dimension, row.unit)
        for row in session.execute(figures)
        if row.unit and not unit_fits(row.kind, row.dimension, row.unit)
    ]
    if problems:
        raise DomainError.of(problems)
