"""How a plan with its targets, deadlines and measures is checked, written and read back.

The children keep their rows by public id; what plans refer to is in `vocabulary`.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload
from typing_extensions import override

from app.domain.dates import LATEST, PartialDate
from app.domain.schemas import DeadlineIn, MeasureIn, PlanIn, TargetIn
from app.domain.units import to_canonical
from app.domain.vocabulary import Ambition, EditorialState
from app.store.models import Deadline, Measure, Plan, PlanIssuer, PlanLink, PlanTopic, Target
from app.store.revisions import Seed
from app.store.service.columns import FIGURE, KEY, copy_figure, fill_evidence, read_evidence
from app.store.service.refs import DECLARED, Names, Refs
from app.store.service.writer import Writer, Writing, copy_from, copy_to, last_day
