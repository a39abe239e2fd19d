"""What templates say in the reader's language: words, figures, dates, names, and links that keep the language.

Sentences about comparisons are composed in `pages.verdicts`; nothing here reads the database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from markupsafe import Markup, escape

from app import i18n
from app.domain.dates import PartialDate
from app.domain.vocabulary import Comparator, Kind, Precision
from app.i18n import LOCALES, TAGS, Lang
from app.store.views.base import MetricRef, RegionRef, TopicRef, View
from app.store.views.facts import FigureView
from app.web import as_of
from app.wording import digits, figure

HELPERS: Final = frozenset(
    {
        "_",
        "amount",
        "amounts",
        "api",
        "day",
        "due",
        "fig",
        "html_lang",
        "inner",
        "kept",
        "lang",
        "listed",
        "moment",
        "name",
        "ngettext",
        "number",
        "options",
        "original",
        "path",
        "period",
        "term",
        "terms",
        "text",
        "word",
    }
)
"""The names that every template may use besides the fields of its page."""

_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_LOCALES: Final[Mapping[Lang, Locale]] = {lang: Locale.parse(name) for lang, name in LOCALES.items()}
_DAYS: Final[Mapping[Lang, Mapping[Precision, str]]] = {
    "zh": {
        Precision.DAY: "y年M月d日",
        Precision.MONTH: "y年M月",
        Precision.QUARTER: "y年第Q季度",
        Precision.YEAR: "y年",
    },
    "en": {
        Precision.DAY: "d MMMM y",
        Precision.MONTH: "MMMM y",
        Precision.QUARTER: "QQQ y",
        Precision.YEAR: "y",
    },
}


_INNER: Final = str.maketrans("“”", "‘’")


@dataclass(frozen=True, slots=True)
class Speech:
    """One language, bound to everything that templates say."""

    lang: Lang

    def helpers(self) -> dict[str, Any]:
        """Give what a template sees, by the names in HELPERS."""
        named = {name: getattr(self, name) for name in HELPERS - {"_", "lang"}}
        return {"_": self.gettext, "lang": self.lang, **named}

    @property
    def html_lang(self) -> str:
        """The language tag of the page."""
        return TAGS[self.lang]

    def gettext(self, message: str, /, **values: Any) -> str:
        """Translate a sentence."""
        return i18n.gettext(self.lang, message, **values)

    def ngettext(self, one: str, many: str, n: int, /, **values: Any) -> str:
        """Translate a sentence that depends on a number."""
        return i18n.ngettext(self.lang, one, many, n, **values)

    def word(self, member: StrEnum) -> str:
        """Name a member of the vocabulary."""
        return i18n.word(self.lang, member)

    def term(self, context: str, code: str) -> str:
        """Name a code in a context of the catalogue."""
        return i18n.term(self.lang, context, code)

    def terms(self, context: str, codes: Iterable[str]) -> str:
        """Name several codes of a context in one phrase."""
        return self.listed(self.term(context, code) for code in codes)

    def options(
        self, choices: Iterable[StrEnum | int | RegionRef | TopicRef | MetricRef]
    ) -> list[tuple[str, str]]:
        """Give value and name of what a form lets choose from: words, years, or things by their code or slug."""
        named = []
        for choice in choices:
            if isinstance(choice, StrEnum):
                named.append((str(choice), self.word(choice)))
            elif isinstance(choice, int):
                named.append((str(choice), str(choice)))
            else:
                key = choice.code if isinstance(choice, RegionRef) else choice.slug
                named.append((key, self.name(choice)))
        return named

    def number(self, value: int | Decimal) -> str:
        """Write a number with thousands separators."""
        return digits(Decimal(value))

    def listed(self, items: Iterable[str]) -> str:
        """Join items as the language does: A, B and C; markup stays markup."""
        parts = list(items)
        if any(hasattr(part, "__html__") for part in parts):
            marks = [f"\x00{index}\x00" for index in range(len(parts))]
            joined = str(escape(self._joined(marks)))
            for mark, part in zip(marks, parts, strict=True):
                joined = joined.replace(mark, str(escape(part)))
            return Markup(joined)  # noqa: S704 - every part was escaped
        return self._joined(parts)

    def _joined(self, parts: list[str]) -> str:
        return format_list(parts, locale=_LOCALES[self.lang]) if parts else ""

    def text(self, view: View, field: str) -> str | None:
        """Give `field_zh` or `field_en`; where English is missing, the Chinese, marked as Chinese (R9)."""
        chinese: str | None = getattr(view, f"{field}_zh")
        if self.lang == "zh":
            return chinese
        english: str | None = getattr(view, f"{field}_en")
        return english or self.original(chinese)

    def plain(self, view: View, field: str) -> str:
        """Give a field as `text` does, but unmarked, for places that hold no markup (a title)."""
        return (self.lang == "en" and getattr(view, f"{field}_en")) or getattr(view, f"{field}_zh") or ""

    def name(self, view: View) -> str:
        """Name a region, metric, topic or organization."""
        return self.text(view, "name") or ""

    def original(self, chinese: str | None) -> str | None:
        """Mark words that stay Chinese on an English page."""
        if chinese is None or self.lang == "zh":
            return chinese
        return Markup('<span lang="zh-Hans-CN">{}</span>').format(chinese)

    def inner(self, words: str) -> str:
        """Give words as they stand between quotation marks: marks of their own become single ones."""
        return words.translate(_INNER)

    def fig(self, view: FigureView, kind: Kind | None = None) -> str | None:
        """Write a figure as stated; none if qualitative."""
        if view.comparator is None or view.value is None or view.unit is None:
            return None
        return _figure(self.lang, view.comparator, view.value, view.value_high, view.unit, kind)

    def amount(self, value: Decimal, unit: str) -> str:
        """Write a bare amount in a unit."""
        return _figure(self.lang, Comparator.EQ, value, None, unit)

    def amounts(self, comparator: Comparator | None, value: Decimal, unit: str) -> str:
        """Write an amount of a measure with its comparator, if it has one."""
        return _figure(self.lang, comparator or Comparator.EQ, value, None, unit)

    def day(self, on: date | None, precision: Precision = Precision.DAY) -> str | None:
        """Write a date as exactly as it is known; none if unknown."""
        if on is None or precision is Precision.NONE:
            return None
        return _day(self.lang, on, precision)

    def moment(self, at: datetime) -> str:
        """Write an instant as the clocks of China show it, to the minute."""
        there = at.astimezone(_SHANGHAI)
        return self.gettext("{date}, {time} Beijing time", date=self.day(there.date()), time=f"{there:%H:%M}")

    def due(self, on: date | None, precision: Precision) -> str:
        """Write a due date with its preposition."""
        written = self.day(on, precision)
        if written is None:
            return self.gettext("no date")
        return self.gettext("by {date}", date=written)

    def period(self, from_on: date | None, to_on: date | None, precision: Precision) -> str:
        """Write the period of an observation: a year, a month, a day, or from one day to another."""
        last = self.day(to_on, precision)
        if last is None:
            return self.gettext("date unknown")
        unit = PartialDate.around(to_on, precision)
        if from_on is None or from_on == to_on or (unit and from_on >= unit.first):
            return last
        years = from_on == from_on.replace(month=1, day=1) and last == self.day(to_on, Precision.YEAR)
        exactly = Precision.YEAR if years else Precision.DAY
        return self.gettext(
            "{start} to {end}", start=self.day(from_on, exactly), end=self.day(to_on, exactly)
        )

    def kept(self) -> Markup:
        """Keep the past day that is being read in a form, whose fields replace the query of its address."""
        day = as_of.kept()
        field = Markup('<input type="hidden" name="{}" value="{}">')
        return Markup() if day is None else field.format(as_of.NAME, day.isoformat())

    def api(self, to: str, /, **query: Any) -> str:
        """Give the address of a collection in the API, by the same rules as `path`."""
        return address(f"/api/v1{to}", query)

    def path(self, to: str, /, fragment: str = "", **query: Any) -> str:
        """Give the address of a page in this language; blank query values are left out, lists repeated."""
        return address(f"/{self.lang}{to}", query, fragment)


# What is written depends on nothing but these arguments, and pages write the same few again and again.
_figure = lru_cache(maxsize=4096)(figure)


@lru_cache(maxsize=4096)
def _day(lang: Lang, on: date, precision: Precision) -> str:
    return format_date(on, _DAYS[lang][precision], locale=_LOCALES[lang])


def address(to: str, query: Mapping[str, Any], fragment: str = "", *, now: bool = False) -> str:
    """Put an address together from its path, the query's values that are not blank, and a fragment.

    Whoever reads a past day is led on to that day, unless the query names another one, or the address is to show
    things as they are `now`.
    """
    given = {key: value for key, value in query.items() if value not in (None, "", [], ())}
    day = None if now else as_of.kept()
    if day is not None:
        given.setdefault(as_of.NAME, day.isoformat())
    asked = urlencode(given, doseq=True, safe=",")
    return (
        quote(to, safe="/@~:.")
        + (f"?{asked}" if asked else "")
        + (f"#{quote(fragment, safe='/@:~.')}" if fragment else "")
    )
