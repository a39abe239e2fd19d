"""Who changes something, through which door, and what came of it.

How a change is made is said by `write`; what a revision keeps of it by `store.revisions`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

Door = Literal["seed", "api", "form", "cli"]
Seed = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """Who writes, through which door, why, and at which instant (with its time zone)."""

    door: Door
    author: str
    reason: str | None
    at: datetime


class Outcome(StrEnum):
    """What became of one entity; `kept`: an editor changed it since the last load, so the seed waits (R6)."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Written:
    """One entity after a write: `before` and `after` are whole seed forms, `before` is None if it is new.

    Of a kept entity, `after` is what the seed says; the database still holds `before`.
    """

    entity: str
    key: str
    outcome: Outcome
    version: int
    before: Seed | None
    after: Seed


def seed_hash(seed: Mapping[str, Any]) -> str:
    """Hash a seed form: SHA-256, in hexadecimal, of its JSON with sorted keys and no white space."""
    text = json.dumps(seed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
