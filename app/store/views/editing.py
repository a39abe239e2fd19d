"""What editors are answered through the API: how an entity stands for them, its revisions, what an upload did.

What the public is shown is in the modules beside this one.
"""

from datetime import datetime
from typing import Any

from pydantic import Field

from app.domain.vocabulary import EditorialState
from app.store.revisions import Action, Door, Outcome
from app.store.views.base import View, about

_SEED = {"slug": "zj-ai-terminals", "region": "330000", "stage": "adopted"}


class EditedView(View):
    """How an entity stands for its editors: the change that waits, if any, else what is applied."""

    kind: str = about("The kind of entity", "plan")
    key: str = about("Its key: code, slug, or region and topic", "zj-ai-terminals")
    version: int = about("The version that the next change goes on from, for `If-Match`", 3)
    state: EditorialState = about("Where this version is on its way to the public", "draft")
    waits: bool = about("Whether it waits, while the public sees an earlier one", True)  # noqa: FBT003
    applied_version: int = about("The version that is applied; the public sees it if it is published", 2)
    base: int | None = about("The applied version that this one was made from; null for the first", 2)
    outdated: bool = about("Whether another was applied since: merge with it first", False)  # noqa: FBT003
    publish_at: datetime | None = about("When it is to be published by itself", None)
    author: str = about("Who wrote it", "Wang Min")
    at: datetime = about("When, UTC", "2026-11-30T08:00:00Z")
    seed: dict[str, Any] = about("Its content, in the form in which it is sent", _SEED)


class VersionView(View):
    """One revision of an entity, without its content."""

    version: int = about("Its number, from 1", 3)
    action: Action = about(
        "What it did: the first four to what is applied, the others to what waits", "updated"
    )
    state: EditorialState = about("The state that it left the entity in", "published")
    applied: bool = about("Whether it was applied, or waited", True)  # noqa: FBT003
    base: int | None = about("The applied version before it; null for the first", 2)
    publish_at: datetime | None = about("When it was to be published by itself", None)
    author: str = about("Who wrote it", "Wang Min")
    door: Door = about("By which way", "api")
    reason: str | None = about("Why, in the author's words", "The final text is out")
    at: datetime = about("When, UTC", "2026-11-30T08:00:00Z")


class FieldView(View):
    """One field that differs between two contents."""

    field: str = about("The field; children by their public id, dates by due date", "title_en")
    old: str | None = about("What it was; null where it was not given", "Action plan")
    new: str | None = about("What it is; null where it is not given", "Action plan (2026)")


class VersionDetail(VersionView):
    """One revision of an entity, with what it changed."""

    before: dict[str, Any] | None = about("The content of `base`; null for the first", _SEED)
    after: dict[str, Any] = about("Its own content", _SEED)
    fields: list[FieldView] = Field(description="What differs between the two")


class ImportedView(View):
    """One entity of an upload that was changed by it, or would be."""

    kind: str = about("The kind of entity", "plan")
    key: str = about("Its key", "zj-ai-terminals")
    outcome: Outcome = about("What became of it", "updated")
    version: int = about("Its version", 3)
    waits: bool = about("Whether the change waits for a reviewer", True)  # noqa: FBT003
    fields: list[FieldView] = Field(description="What it changes in one that was there")


class ImportView(View):
    """What an upload did, or would do."""

    dry_run: bool = about("True if nothing was written", True)  # noqa: FBT003
    created: int = about("How many entities are new", 1)
    updated: int = about("How many change", 2)
    unchanged: int = about("How many stay as they are", 40)
    items: list[ImportedView] = Field(description="Those that are new or change, in the order of writing")
