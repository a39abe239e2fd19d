"""Views of what editors and reviewers work with: lists with drafts in them, the queue, single revisions, comments.

Nothing of this is public.
"""

from datetime import datetime

from pydantic import Field

from app.domain.vocabulary import EditorialState
from app.store.views.base import View, about
from app.store.views.changes import Door, Recorded


class EntryView(View):
    """An entity in a list for editors."""

    kind: Recorded = about("What it is", "plan")
    key: str = about("Slug, code, or region/topic of an assessment", "zj-ai-terminals")
    title_zh: str = about("Chinese title or name, as the tables have it", "浙江省…行动计划")
    title_en: str | None = about("English title or name", "Action plan of Zhejiang")
    state: EditorialState = about("How the tables hold it", "published")
    waiting: EditorialState | None = about("The state of a change that waits beside it", None)
    publish_at: datetime | None = about("The instant that it waits for", None)
    version: int = about("What a save must name as seen", 3)
    author: str = about("Who wrote that version", "curator")
    at: datetime = about("When", "2026-11-20T08:00:00Z")


class RevisionView(View):
    """One revision, without its content."""

    version: int = about("Its number", 3)
    action: str = about("What was done", "updated")
    state: EditorialState = about("The state it was in", "published")
    applied: bool = about("The tables held it", True)  # noqa: FBT003
    base: int | None = about("The version of the tables' content before it", 2)
    door: Door = about("How it came in", "form")
    author: str = about("Who wrote it", "curator")
    reason: str | None = about("Why", None)
    at: datetime = about("When", "2026-11-20T08:00:00Z")
    publish_at: datetime | None = about("The instant that it waited for", None)


class CommentView(View):
    """What was said of a version."""

    version: int = about("The version spoken of", 3)
    author: str = about("Who said it", "reviewer")
    at: datetime = about("When", "2026-11-20T08:00:00Z")
    said: str = Field(description="What was said")
