"""A form as its template asks for it: values, rows, what is wrong beside which field, what a key names, what words say.

What is typed is in `plan_sheet`, what it means in `understanding`; how it looks is said by the templates.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy.orm import Session

from app.domain.base import Schema
from app.domain.errors import Problem
from app.i18n import problem_sentence
from app.store.queries.naming import NameKind, key_of, names_of
from app.store.views.named import NamedView
from app.web.admin.plan_sheet import identity
from app.web.admin.understanding import Understood
from app.web.forms import Folded, Form, has_field
from app.web.speech import Speech

# What a form calls otherwise than most: the kind of a source is none of a figure.
_CALLED: Final[Mapping[str, Mapping[str, str]]] = {
    "source": {"kind": "sort"},
    "observation": {"end": "observed_in"},
}
# A short name that was left blank is made of one of these, so it is not missing by itself.
_NAMED_AFTER: Final = frozenset({"name_en", "title_en"})
REFERENCES: Final[Mapping[str, NameKind]] = {
    "region": "region",
    "parent": "topic",
    "members": "region",
    "replaced_by": "region",
    "measured_by": "organization",
    "issuers": "organization",
    "topics": "topic",
    "topic": "topic",
    "metric": "metric",
    "source": "source",
    "to": "plan",
}
"""By the word of a field, the kind of thing that it names; of a region, its parent is a region too."""
_LONGEST_KEY: Final = 80
_SORTS: Final = frozenset({"measures", "links"})


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: the field or row that it stands beside, or none, where that is, and the sentence."""

    name: str | None
    where: str
    sentence: str
    code: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What the words of one deadline say, in the reader's language: `figure` in canonical units in both languages."""

    figure: tuple[tuple[str, str], ...] = ()
    differs: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetView:
    """All that a form's template asks for."""

    form: Form
    names: Mapping[tuple[str, str], NamedView] = field(default_factory=dict)
    wrongs: Sequence[Wrong] = ()
    kept: frozenset[str] = frozenset()
    read: Mapping[str, Beside] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()
    references: Mapping[str, NameKind] = field(default_factory=lambda: REFERENCES)
    prefix: str = ""  # of all ids, where another form stands on the same page

    def value(self, name: str) -> str:
        """Give what stands in a field."""
        return self.form.value(name)

    def rows(self, name: str) -> list[str]:
        """Name the rows of a list."""
        return self.form.rows(name)

    def next(self, name: str) -> str:
        """Name the row that would be added to a list."""
        numbers = (int(row.rpartition(".")[2]) for row in self.rows(name))
        return f"{name}.{max(numbers, default=-1) + 1}"

    def has(self, name: str, value: str) -> bool:
        """Say whether a value is among those of a list."""
        return value in self.form.values(name)

    def wrong(self, name: str) -> list[str]:
        """List what is wrong with a field or row."""
        return [one.sentence for one in self.wrongs if one.name == name]

    def wrong_below(self, name: str) -> int:
        """Count what is wrong with a row and with all in it."""
        return sum(one.name is not None and f"{one.name}.".startswith(f"{name}.") for one in self.wrongs)

    def open(self, name: str, *words: str) -> bool:
        """Say whether a row, or the part of it that holds these fields, is shown opened."""
        if words:
            names = [f"{name}.{word}" if name else word for word in words]
            return any(not self.form.blank(one) or self.wrong_below(one) for one in names)
        inner = any(each == name or each.startswith(f"{name}.") for each in self.opened)
        return inner or self.wrong_below(name) > 0

    def named(self, name: str) -> NamedView | None:
        """Give what the key in a field names."""
        return self.names.get((reference(name, self.references) or "", self.value(name)))

    def is_kept(self, row: str) -> bool:
        """Say whether the public has seen what a row stands for, so that it can only be retired."""
        return identity(self.form, row) in self.kept

    def beside(self, row: str) -> Beside:
        """Give what the words of a deadline say."""
        return self.read.get(row, Beside())


def reference(name: str, references: Mapping[str, NameKind] = REFERENCES) -> NameKind | None:
    """Say what kind of thing a field names, if it names one."""
    parts = [part for part in name.split(".") if not part.isdigit()]
    return references.get(parts[-1]) if parts else None


def resolve(
    session: Session, form: Form, references: Mapping[str, NameKind] = REFERENCES
) -> dict[tuple[str, str], NamedView]:
    """Put keys where names were typed that mean one thing, and give what all keys of the form name."""
    asked: dict[NameKind, set[str]] = {}
    fields = [
        (name, value.strip(), kind)
        for name, value in form.pairs()
        if (kind := reference(name, references)) and value.strip()
    ]
    for _, value, kind in fields:
        asked.setdefault(kind, set()).add(value[:_LONGEST_KEY])
    named = names_of(session, asked)
    meant: dict[tuple[NameKind, str], str | None] = {}
    found: dict[NameKind, set[str]] = {}
    for name, value, kind in fields:
        if (kind, value) in named:
            continue
        if (kind, value) not in meant:
            meant[kind, value] = key_of(session, kind, value)
        if key := meant[kind, value]:
            form.set(name, key)
            found.setdefault(kind, set()).add(key)
    return named | names_of(session, found)


def wrongs_of(
    speech: Speech,
    schema: type[Schema],
    form: Form,
    folded: Folded,
    problems: Iterable[Problem],
    own: Collection[str] = (),
    *,
    kind: str = "plan",
) -> list[Wrong]:
    """Lead problems back to the fields of the form, each with its sentence and, in words, where it is.

    `own` are fields that the form has besides those of the schema, `kind` is what sort of thing it is of.
    """
    wrongs = []
    listed = list(problems)
    missing = {problem.field for problem in listed if problem.code == "missing"}
    for problem in listed:
        if problem.code == "missing" and problem.field == "slug" and missing & _NAMED_AFTER:
            continue
        name = folded.name(problem.field)
        known = has_field(schema, name) or name in own
        # The sentence names the field as the form does, not by its path.
        place = where(speech, form, name, kind=kind)
        label = place.rpartition(" › ")[2] if known else problem.field
        sentence = problem_sentence(speech.lang, replace(problem, field=label))
        wrongs.append(Wrong(name if known else None, place, sentence, problem.code))
    return wrongs


def said_at(speech: Speech, form: Form, problem: Problem, *, kind: str = "plan") -> tuple[str, str]:
    """Say where a problem of an entity's data is, and what it is, by the names that its form gives to the fields."""
    place = where(speech, form, problem.field, kind=kind)
    return place, problem_sentence(speech.lang, replace(problem, field=place.rpartition(" › ")[2]))


def where(speech: Speech, form: Form, name: str, *, kind: str = "plan") -> str:
    """Say where a field is: Target 2 › Deadline 1 › unit; rows are counted as they stand on the page."""
    parts = name.split(".") if name else []
    said: list[str] = []
    for place, part in enumerate(parts):
        if part.isdigit():
            row = ".".join(parts[: place + 1])
            rows = form.rows(".".join(parts[:place]))
            number = rows.index(row) + 1 if row in rows else int(part) + 1
            said[-1] = _counted(speech, parts[place - 1], number)
        else:
            said.append(field_label(speech, name, part, kind=kind))
    return " › ".join(said)


def field_label(speech: Speech, name: str, word: str, *, kind: str = "plan") -> str:
    """Name a field in the reader's language; of a text that is in two languages, say which."""
    base = word.removesuffix("_zh").removesuffix("_en")
    base = _CALLED.get(kind, {}).get(base, base)
    if base == "kind" and any(part in _SORTS for part in name.split(".")):
        base = "sort"
    said = speech.term("Field", base)
    if word.endswith("_zh"):
        return speech.gettext("{field} in Chinese", field=said)
    if word.endswith("_en"):
        return speech.gettext("{field} in English", field=said)
    return said


def _counted(speech: Speech, word: str, n: int) -> str:
    named = {
        "targets": speech.gettext("Target {n}", n=n),
        "deadlines": speech.gettext("Deadline {n}", n=n),
        "measures": speech.gettext("Measure {n}", n=n),
        "evidence": speech.gettext("Evidence {n}", n=n),
        "links": speech.gettext("Link {n}", n=n),
    }
    return named.get(word) or f"{speech.term('Field', word)} {n}"


def beside(speech: Speech, understood: Iterable[Understood]) -> Beside:
    """Word what the words of a deadline say."""
    figure: tuple[tuple[str, str], ...] = ()
    differs: list[str] = []
    problems: dict[str, str] = {}
    for one in understood:
        if one.said:
            figure = tuple((lang, said) for lang, said in one.said.items())
        differs += [
            speech.gettext(
                "{field}: “{words}”", field=speech.term("Field", name), words=_value(speech, name, value)
            )
            for name, value in one.differs.items()
        ]
        if one.problem:
            problems[one.problem.field] = problem_sentence(speech.lang, one.problem)
    return Beside(figure, tuple(differs), problems)


def _value(speech: Speech, name: str, value: str) -> str:
    words = {"comparator": "Comparator", "ambition": "Ambition", "kind": "Kind"}
    return speech.term(words[name], value) if name in words else value
