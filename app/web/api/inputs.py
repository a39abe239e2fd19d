"""What the document says of the content that writes take: the schemas that every door shares, each field explained.

What is valid is said by the schemas themselves, in `domain.schemas`.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from app.store.service import WRITERS
from app.store.views.base import EvidenceView
from app.store.views.coverage import SearchView
from app.store.views.entities import (
    LinkView,
    MetricView,
    OrganizationView,
    PlanView,
    RegionView,
    SourceView,
    TopicView,
)
from app.store.views.facts import DeadlineView, MeasureView, ObservationView, TargetView
from app.web.problems import ProblemView

# Readers are told of most fields by the same names.
_VIEWS: Final[Mapping[str, type[BaseModel]]] = {
    "RegionIn": RegionView,
    "OrganizationIn": OrganizationView,
    "TopicIn": TopicView,
    "MetricIn": MetricView,
    "SourceIn": SourceView,
    "PlanIn": PlanView,
    "LinkIn": LinkView,
    "TargetIn": TargetView,
    "DeadlineIn": DeadlineView,
    "MeasureIn": MeasureView,
    "ObservationIn": ObservationView,
    "EvidenceIn": EvidenceView,
    "AssessmentIn": SearchView,
}
_DAY: Final = "as exactly as it is known"
# Of the rest, and where a reader gets another thing under the name: what it means, and an example.
_FIELDS: Final[Mapping[str, tuple[str, Any]]] = {
    "region": ("Code of a region; of what a plan holds, the plan's unless given", "330000"),
    "topic": ("Slug of a topic", "ai-terminals"),
    "topics": ("Slugs of the topics that it is about", ["ai-terminals"]),
    "metric": ("Slug of a metric; none if qualitative", "revenue"),
    "issuers": ("Slugs of the bodies that issued it", ["miit"]),
    "measured_by": ("Slug of the body that measured it", "miit"),
    "written": (f"When it was written, {_DAY}", "2025-12-31"),
    "published": (f"When it was published, {_DAY}", "2026-01"),
    "effective": (f"When it came into force, {_DAY}", "2026-Q1"),
    "expires": (f"When it ends, {_DAY}", "2027"),
    "reported": (f"When it was first reported, {_DAY}", "2026-02-03"),
    "due": (f"By when, {_DAY}; none where the text has no date", "2027"),
    "start": (f"The first day of what a flow counts, {_DAY}", "2024"),
    "end": (f"The last day of what it counts, {_DAY}", "2024"),
    "editorial_state": ("Where it is on its way to the public", "draft"),
    "retired_on": ("The day it was withdrawn from Mubiao; a tombstone stays", "2026-11-20"),
    "to": ("Slug of the other plan", "zj-ai-terminals-draft"),
    "links": ("What it does to other plans", [{"to": "zj-ai-terminals-draft", "kind": "finalises"}]),
    "evidence": ("Where it is written", []),
    "targets": ("What it promises", []),
    "measures": ("Its policy instruments", []),
    "deadlines": ("What must be reached, and when", []),
    "inferred": ("Fields that the text leaves to us", []),
}


def written_schemas() -> dict[str, Any]:
    """Make the schemas that FastAPI is not told of, by name: of all content that can be sent, and of problems.

    Every field is explained, with an example.
    """
    schemas: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((writer.schema, "validation") for writer in WRITERS.values()),
        (ProblemView, "serialization"),
    ]
    _, made = models_json_schema(schemas, ref_template="#/components/schemas/{model}")
    named = set(re.findall(r"#/components/schemas/(\w+)", str(made))) | {
        schema.__name__ for schema, _ in schemas
    }
    # Dates are sent as text; what they become is nobody's business here.
    found: dict[str, Any] = {name: schema for name, schema in made["$defs"].items() if name in named}
    for name, schema in found.items():
        for field, said in schema.get("properties", {}).items() if name in _VIEWS else ():
            description, example = _explained(name, field)
            said.setdefault("description", description)
            said.setdefault("examples", [example])
    return found


def _explained(schema: str, field: str) -> tuple[str, Any]:
    if field in _FIELDS:
        return _FIELDS[field]
    told = _VIEWS[schema].model_fields[field]
    return told.description or "", (told.examples or [None])[0]
