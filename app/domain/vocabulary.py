"""The closed word lists of the domain: every enumeration that the schema, the database and the API share.

Only names belong here, each with its meaning; rules about them live in the modules beside this one.
"""

from enum import StrEnum


class RegionLevel(StrEnum):
    """The administrative level of a region; groups are sets of regions, zones are parks and new areas."""

    COUNTRY = "country"
    GROUP = "group"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    ZONE = "zone"


class SourceKind(StrEnum):
    """What a source is, in falling order of authority."""

    OFFICIAL_TEXT = "official_text"
    OFFICIAL_INTERPRETATION = "official_interpretation"
    PRESS_CONFERENCE = "press_conference"
    NEWS = "news"
    REPOST = "repost"
    MACHINE_REWORDED = "machine_reworded"


class Script(StrEnum):
    """The script a source's text is written in."""

    HANS = "hans"
    HANT = "hant"
    LATN = "latn"


class Precision(StrEnum):
    """How exactly a date is known; `none` says that it is not known at all."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    NONE = "none"


class PlanForm(StrEnum):
    """What kind of document a plan is, by the last word of its title."""

    PLAN = "plan"  # 规划
    ACTION_PLAN = "action_plan"  # 行动计划
    SCHEME = "scheme"  # 方案
    OPINIONS = "opinions"  # 意见
    MEASURES = "measures"  # 措施
    REGULATION = "regulation"  # 条例
    REPORT = "report"  # 报告
    MEETING = "meeting"  # 会议
    OTHER = "other"


class Stage(StrEnum):
    """How far a plan is on its way into force."""

    ANNOUNCED = "announced"
    CONSULTATION_DRAFT = "consultation_draft"
    ADOPTED = "adopted"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class LinkKind(StrEnum):
    """What one plan does to another."""

    SUPERSEDES = "supersedes"
    FINALISES = "finalises"
    IMPLEMENTS = "implements"
    AMENDS = "amends"


class Kind(StrEnum):
    """What sort of figure a key names: a stock, a rise, a rate, a share, a rank, or no figure."""

    LEVEL = "level"
    INCREASE = "increase"  # 新增, 新建: since the baseline year
    GROWTH = "growth"  # 增长8%, 翻番: on the year before or on the baseline year
    AVERAGE_GROWTH = "average_growth"  # 年均
    REGION_SHARE = "region_share"  # 占全国
    RANK = "rank"  # 全国前三
    QUALITATIVE = "qualitative"


class Boundary(StrEnum):
    """How far an industry is drawn."""

    UNSPECIFIED = "unspecified"
    CORE = "core"  # 核心
    RELATED = "related"  # 相关, 带动
    WHOLE_CHAIN = "whole_chain"  # 全产业链, 产业链


class Coverage(StrEnum):
    """Which enterprises are counted."""

    UNSPECIFIED = "unspecified"
    ABOVE_SCALE = "above_scale"  # 规上
    LARGE = "large"  # 大型
    SMES = "smes"  # 中小
    ALL = "all"  # 全口径


class Family(StrEnum):
    """The broad subject of a metric; figures of one family are shown side by side."""

    INDUSTRY_SIZE = "industry_size"
    ADOPTION = "adoption"
    ENTERPRISES = "enterprises"
    TECHNOLOGY = "technology"
    PRODUCTS = "products"
    INFRASTRUCTURE = "infrastructure"
    DATA = "data"
    FINANCE = "finance"
    ECONOMY = "economy"
    TALENT = "talent"
    GOVERNANCE = "governance"


class Dimension(StrEnum):
    """What a metric's figures measure; a unit belongs to exactly one dimension (R1)."""

    MONEY = "money"
    COUNT = "count"
    SHARE = "share"
    DENSITY = "density"
    COMPUTING = "computing"
    LENGTH = "length"
    AREA = "area"
    TIME = "time"


class Direction(StrEnum):
    """Whether more or less of a metric is better."""

    UP = "up"
    DOWN = "down"


class Comparator(StrEnum):
    """How a figure is bounded: 突破 gt, 以上 ge, 达到 eq, 左右 approx, 不超过 le, 不到 lt, 3-5 between, 百亿级 order."""

    GT = "gt"
    GE = "ge"
    EQ = "eq"
    APPROX = "approx"
    LE = "le"
    LT = "lt"
    BETWEEN = "between"
    ORDER = "order"


class Ambition(StrEnum):
    """How firmly a deadline is meant, by its own words."""

    UNMARKED = "unmarked"
    STRIVE = "strive"  # 力争
    EXPECTED = "expected"  # 预计
    EXPLORE = "explore"  # 探索


class Bindingness(StrEnum):
    """Whether the plan marks a target as binding."""

    UNSPECIFIED = "unspecified"
    BINDING = "binding"  # 约束性
    ANTICIPATORY = "anticipatory"  # 预期性


class ObservationStatus(StrEnum):
    """Who stands behind an observed figure, or that it is a forecast."""

    OFFICIAL = "official"
    ESTIMATE = "estimate"
    FORECAST = "forecast"


class MeasureKind(StrEnum):
    """The sort of policy instrument a measure is."""

    SUBSIDY = "subsidy"
    FUND = "fund"
    VOUCHER = "voucher"
    PLATFORM = "platform"
    PARK = "park"
    RULE = "rule"
    PROGRAMME = "programme"
    OTHER = "other"


class Check(StrEnum):
    """What the check of an evidence phrase against its source's text gave (R5)."""

    FOUND = "found"
    DIFFERS = "differs"
    FIGURE_MISSING = "figure_missing"
    PHRASE_MISSING = "phrase_missing"
    UNCHECKED = "unchecked"


class EditorialState(StrEnum):
    """Where a row is on its way to the public (R7); only `published` is public."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


class Timing(StrEnum):
    """Where a due date stands against today (R4)."""

    UNDATED = "undated"
    UPCOMING = "upcoming"
    DUE_SOON = "due_soon"
    PAST = "past"


class Result(StrEnum):
    """What progress towards a deadline can be said to be (R4)."""

    NOT_ASSESSABLE = "not_assessable"
    UNOBSERVED = "unobserved"
    SHORT = "short"
    REACHED = "reached"
    MET = "met"
    MISSED = "missed"
    INCONCLUSIVE = "inconclusive"


class Verdict(StrEnum):
    """Whether two figures may be compared (R3)."""

    SAME = "same"
    CAUTION = "caution"
    DIFFERENT = "different"


class Reason(StrEnum):
    """Why two figures are not simply the same: key fields, then circumstances (R3)."""

    METRIC = "metric"
    KIND = "kind"
    TOPIC = "topic"
    BOUNDARY = "boundary"
    COVERAGE = "coverage"
    QUALIFIER = "qualifier"
    QUALITATIVE = "qualitative"
    YEAR = "year"
    REGION_LEVEL = "region_level"
    STAGE = "stage"
    STATUS = "status"
    MEASURED_BY = "measured_by"
    INFERRED = "inferred"
    UNDEFINED = "undefined"


class Role(StrEnum):
    """What a person may do; each role may also do what those before it may."""

    EDITOR = "editor"  # writes drafts and hands them in
    REVIEWER = "reviewer"  # publishes
    ADMIN = "admin"  # invites people and gives them roles


class TokenScope(StrEnum):
    """What a token of the API may do, never more than its owner; each scope includes those before it."""

    READ = "read"  # what is not published yet
    WRITE = "write"
    PUBLISH = "publish"


class AccountDeed(StrEnum):
    """What was done to a person's account."""

    ADDED = "added"
    ROLE_GIVEN = "role_given"
    CLOSED = "closed"
    OPENED = "opened"  # again
    LINK_MADE = "link_made"  # by which a password is set
    PASSWORD_SET = "password_set"  # noqa: S105 - a word of the log
    TOKEN_MADE = "token_made"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    SIGNED_OUT = "signed_out"  # of all browsers but the one in use


class LinkPurpose(StrEnum):
    """What a link that works once is for."""

    SETUP = "setup"  # the first account
    INVITATION = "invitation"
    RESET = "reset"  # a new password
