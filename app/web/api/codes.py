"""The codes of errors that the API's answers can have, by status, as its document names them.

What each of them says is in the catalogues.
"""

from collections.abc import Mapping
from typing import Final

# By status, the codes that readers of the API can meet; those who write meet more.
CODES: Final[Mapping[int, tuple[str, ...]]] = {
    202: ("as_of_preparing",),
    400: ("bad_utf8", "bad_character"),
    401: ("not_signed_in", "bad_token"),
    403: ("role_missing",),
    404: (
        "not_found",
        "unknown_region",
        "unknown_topic",
        "unknown_metric",
        "unknown_organization",
        "unknown_source",
        "unknown_plan",
        "unknown_target",
        "unknown_deadline",
        "unknown_observation",
        "unknown_measure",
        "unknown_assessment",
        "unknown_version",
        "unknown_release",
    ),
    405: ("method_not_allowed",),
    410: ("retired",),
    414: ("query_too_long",),
    422: (
        "unknown_region",
        "unknown_topic",
        "unknown_metric",
        "unknown_source",
        "unknown_plan",
        "unknown_parameter",
        "repeated_parameter",
        "missing",
        "bad_form",
        "unknown_word",
        "too_small",
        "too_large",
        "too_short",
        "too_long",
        "bad_sort",
        "bad_cursor",
        "q_empty",
        "too_many_regions",
        "years_reversed",
        "too_wide",
        "too_many_rows",
        "as_of_before_data",
        "as_of_in_future",
    ),
    500: ("internal_error",),
    501: ("parquet_not_installed",),
    503: (
        "database_locked",
        "database_missing",
        "database_read_only",
        "database_newer",
        "database_outdated",
        "database_gone",
        "database_refused",
        "database_full",
        "database_damaged",
        "files_busy",
    ),
}
WRITE_CODES: Final[Mapping[int, tuple[str, ...]]] = {
    **CODES,
    400: (*CODES[400], "bad_json", "bad_yaml", "not_utf8"),
    403: (*CODES[403], "scope_missing", "may_not_publish", "four_eyes"),
    409: ("key_taken", "published_meanwhile", "written_meanwhile"),
    412: ("stale_version",),
    413: ("body_too_large",),
    415: ("wrong_media_type",),
    422: (
        # Of the request.
        *("unknown_parameter", "repeated_parameter", "bad_if_match", "idempotency_key_reused"),
        *("body_not_expected", "other_key"),
        # Of what is sent as it stands: its fields, and how they fit each other.
        *("missing", "unknown_field", "unknown_word", "unknown_list", "duplicate_key", "bad_character"),
        *("anchor", "tag", "second_document"),
        *("bad_form", "bad_date", "date_out_of_range", "bad_paragraph"),
        *("too_small", "too_large", "too_short", "too_long", "too_few"),
        *("unreadable_figure", "several_figures", "figure_disagrees", "figure_incomplete", "figure_missing"),
        *("figure_of_qualitative", "metric_missing", "metric_of_qualitative", "unknown_unit"),
        *("between_needs_two", "between_reversed", "high_without_between", "baseline_incomplete"),
        *("measure_unit", "members_of_group", "period_reversed", "retirement_incomplete"),
        *("deadline_twice", "key_twice", "public_id_twice", "foreign_public_id"),
        # Of what is sent beside what stands.
        *("unknown_region", "unknown_topic", "unknown_metric", "unknown_organization", "unknown_source"),
        *("unknown_plan", "key_taken", "slug_taken", "iso_taken", "listed_twice", "slug_without_region"),
        *("parent_cycle", "contains_itself", "link_to_itself", "unit_mismatch", "child_missing"),
        *("evidence_missing", "under_way", "may_not_publish", "four_eyes", "published_meanwhile"),
        *("not_waiting", "change_waits", "already_retired", "still_used", "names_retired", "not_retired"),
    ),
    428: ("precondition_required",),
}


def codes_of(method: str, status: int) -> tuple[str, ...]:
    """List the codes that an operation's answers of a status can have."""
    return (CODES if method.lower() == "get" else WRITE_CODES).get(status, ())
