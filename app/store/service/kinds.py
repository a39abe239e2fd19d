"""The kinds of entities that can be written, each with its writer.

How a write goes is in `write` and `editorial`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from app.store.service.facts import AssessmentWriter, ObservationWriter
from app.store.service.plans import PlanWriter
from app.store.service.vocabulary import (
    MetricWriter,
    OrganizationWriter,
    RegionWriter,
    SourceWriter,
    TopicWriter,
    check_units,
)
from app.store.service.writer import Writer

__all__ = ["WRITERS", "check_units"]

WRITERS: Mapping[str, Writer[Any]] = MappingProxyType(
    {
        writer.name: writer
        for writer in (
            RegionWriter(),
            OrganizationWriter(),
            TopicWriter(),
            MetricWriter(),
            SourceWriter(),
            PlanWriter(),
            ObservationWriter(),
            AssessmentWriter(),
        )
    }
)
"""All kinds by name, in the order in which they refer to one another."""
