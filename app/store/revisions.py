"""The append-only record of every write: the whole entity in seed form, by whom, when and why.

What may be written is decided by the service, which alone adds to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import ColumnElement

from app.domain.schemas import SCHEMA_VERSION
from app.store.models import Revision
from app.store.service.change import Change, Written

Action = Literal["created", "updated", "retired", "restored"]


@dataclass(frozen=True, slots=True)
class Stored:
    """An aggregate as it stands: its row, its version, the hash of its last loaded seed, its seed form now."""

    id: int
    version: int
    seed_hash: str | None
    seed: dict[str, Any]
