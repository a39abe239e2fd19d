"""All tables, as SQLAlchemy models: `from app.store import models` and name them from here.

The rules that span tables are the service's.
"""

from app.store.models.base import Base
from app.store.models.facts import Assessment, Evidence, Observation
from app.store.models.log import Comment, DatasetRevision, GivenAnswer, Revision
from app.store.models.people import (
    AccountEvent,
    ApiToken,
    KnownDevice,
    LoginFailures,
    OneTimeLink,
    Person,
    SignIn,
)
from app.store.models.plans import Deadline, Measure, Plan, PlanIssuer, PlanLink, PlanTopic, Target
from app.store.models.unsaved import Unsaved
from app.store.models.vocabulary import Metric, Organization, Region, RegionMember, Source, Topic

__all__ = [
    "AccountEvent",
    "ApiToken",
    "Assessment",
    "Base",
    "Comment",
    "DatasetRevision",
    "Deadline",
    "Evidence",
    "GivenAnswer",
    "KnownDevice",
    "LoginFailures",
    "Measure",
    "Metric",
    "Observation",
    "OneTimeLink",
    "Organization",
    "Person",
    "Plan",
    "PlanIssuer",
    "PlanLink",
    "PlanTopic",
    "Region",
    "RegionMember",
    "Revision",
    "SignIn",
    "Source",
    "Target",
    "Topic",
    "Unsaved",
]
