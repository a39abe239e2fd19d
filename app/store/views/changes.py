"""Views of what happened to the data: single changes, the history of one entity, and all changes by day.

What the entities look like now is in the modules beside this one.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from app.store.views.base import View, about


class Recorded(StrEnum):
    """What has a history: every sort of entity that is written by itself."""

    PLAN = "plan"
    OBSERVATION = "observation"
    ASSESSMENT = "assessment"
    REGION = "region"
    TOPIC = "topic"
    METRIC = "metric"
    ORGANIZATION = "organization"
    SOURCE = "source"


class Deed(StrEnum):
    """What was done, as the public saw it (R7): a plan that was written as a draft is published later."""

    ADDED = "added"
    PUBLISHED = "published"
    CHANGED = "changed"
    RETIRED = "retired"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"


class Part(StrEnum):
    """Which part of an entity was touched: the entity itself, or what a plan or observation holds."""

    ITSELF = "itself"
    TARGET = "target"
    DEADLINE = "deadline"
    MEASURE = "measure"
    LINK = "link"
    EVIDENCE = "evidence"


class Touch(StrEnum):
    """What was done to a part."""

    ADDED = "added"
    CHANGED = "changed"
    RETIRED = "retired"
    RESTORED = "restored"
    REMOVED = "removed"


Door = Literal["seed", "api", "form", "cli"]


class TouchedView(View):
    """What was done to the parts of one sort, counted: two deadlines changed, in their value."""

    part: Part = about("Which part", "deadline")
    touch: Touch = about("What was done to it", "changed")
    count: int = about("To how many of them", 2)
    fields: list[str] = about(
        "Names of the fields that changed; `order` where only the order did", ["value", "value_as_stated"]
    )


class EventView(View):
    """One change of one entity."""

    id: int = about("Number of the revision, growing", 571)
    at: datetime = about("When, UTC", "2026-11-20T08:00:00Z")
    action: Deed = about("What was done, as the public saw it", "changed")
    door: Door = about("Through which door it came: seed files, API, form or command line", "seed")
    reason: str | None = about("Why, in the editor's words, if given", "Corrected by the gazette")
    fields: list[TouchedView] = Field(
        description="What differs from the form that was public before; empty for what is new or gone"
    )


class ChangeView(EventView):
    """One change, with what it was made to."""

    entity: Recorded = about("What was changed", "plan")
    key: str = about(
        "Its key in the collection of that name; of an assessment, region/topic", "zj-ai-terminals"
    )
    title_zh: str = about("What it was called then", "浙江省推进人工智能终端产业发展行动计划")
    title_en: str | None = about("The same in English", "Zhejiang action plan for AI terminals")
    public: bool = about("Whether it can be read now", True)  # noqa: FBT003


class GatheredChanges(View):
    """Changes of one day that are alike: the same sort of entity, the same deed, the same door."""

    entity: Recorded
    action: Deed
    door: Door
    count: int
    changes: list[ChangeView]  # the latest of them


class DayOfChanges(View):
    """The public changes of one day in Shanghai."""

    day: date
    count: int
    gathered: list[GatheredChanges]


class ChangesByDay(View):
    """Some days with all their changes; `older` is the next day before them on which anything was written."""

    days: list[DayOfChanges]
    older: date | None
