"""The rules that span tables, as checks on what a door hands in: each gives the problems it finds.

What one entity can be checked for by itself is in `domain.schemas`.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from app.domain.errors import Problem
from app.domain.evidence import Claim, phrase_supports
from app.domain.figures import unit_fits
from app.domain.quantities import Stated
from app.domain.schemas import EvidenceIn, KeyIn
from app.domain.vocabulary import Check, Comparator, Dimension, Kind
from app.store.service.refs import Refs


def known(code: str, field: str, key: str | None, ids: Mapping[str, int]) -> list[Problem]:
    """Refuse a reference to what is not there: `unknown_region`, `unknown_topic`, …; none is fine."""
    return [] if key is None or key in ids else [Problem(code, field, {"given": key})]


def known_once(code: str, field: str, keys: Sequence[str], ids: Mapping[str, int]) -> list[Problem]:
    """Refuse references to what is not there, and those that stand twice in the list."""
    problems = []
    for number, key in enumerate(keys):
        problems += known(code, f"{field}.{number}", key, ids)
        if key in keys[:number]:
            problems.append(Problem("listed_twice", f"{field}.{number}", {"given": key}))
    return problems


def no_cycle(field: str, key: str, parents: Mapping[str, str | None]) -> list[Problem]:
    """Refuse a parent from which the way up leads back."""
    above = parents.get(key)
    seen = {key}
    while above is not None:
        if above in seen:
            return [Problem("parent_cycle", field, {"given": key})] if above == key else []
        seen.add(above)
        above = parents.get(above)
    return []


def key_known(refs: Refs, entity: KeyIn, path: str) -> list[Problem]:
    """Refuse a key of an unknown topic or metric."""
    return [
        *known("unknown_topic", f"{path}topic", entity.topic, refs.topic),
        *known("unknown_metric", f"{path}metric", entity.metric, refs.metric),
    ]


def fits(refs: Refs, key: KeyIn, unit: str | None, field: str) -> list[Problem]:
    """Refuse a unit that figures of this kind and metric can not have (R1)."""
    dimension = refs.dimensions.get(key.metric or "")
    if unit is None or dimension is None or unit_fits(key.kind, dimension, unit):
        return []
    return [unit_mismatch(field, key.kind, dimension, unit)]


def unit_mismatch(field: str, kind: Kind, dimension: Dimension, unit: str) -> Problem:
    """Say that a unit is not of the dimension that kind and metric ask for."""
    return Problem("unit_mismatch", field, {"unit": unit, "dimension": str(dimension), "kind": str(kind)})


def sources_known(refs: Refs, evidence: Iterable[EvidenceIn], path: str) -> list[Problem]:
    """Refuse evidence from an unknown source."""
    return [
        problem
        for number, one in enumerate(evidence)
        for problem in known("unknown_source", f"{path}evidence.{number}.source", one.source, refs.source)
    ]


def proved(
    evidence: Sequence[EvidenceIn],
    value: Decimal,
    high: Decimal | None,
    unit: str,
    path: str,
    *,
    inferred: bool = False,
) -> list[Problem]:
    """Refuse to publish a figure that no phrase contains, in digits or words (R5).

    Another comparator or year does not matter here: the check against the text records it as `differs`.
    Of a figure that is `inferred`, the phrases say only what it was inferred from; there must be one.
    """
    claim = Claim() if inferred else Claim(value=value, value_high=high, unit=unit)
    if any(phrase_supports(one.phrase, claim).check is Check.FOUND for one in evidence):
        return []
    figure = Stated(Comparator.EQ if high is None else Comparator.BETWEEN, value, high, unit)
    return [Problem("evidence_missing", f"{path}evidence", {"figure": figure})]
