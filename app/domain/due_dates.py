"""From the words for when something is due to the period that they mean: 到2027年, 2027年6月底前, 3年内, “十五五”末.

How periods are written by us is in `dates`; figures are read in `quantities`.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import timedelta

from app.domain.dates import EARLIEST, LATEST, PartialDate
from app.domain.numerals import CHINESE, read_number
from app.domain.text import normalise, simplify
from app.domain.vocabulary import Precision


@dataclass(frozen=True, slots=True)
class ReadDue:
    """When something is due; `inferred` where the words leave it open or count from the date they were written on."""

    due: PartialDate
    inferred: bool


def read_due(text: str, written: PartialDate | None = None) -> ReadDue | None:
    """Read when something is due, in Chinese of either script or in English; the whole text must be understood.

    What is counted (3年内, 明年底) is counted from `written`, the date of the document, as far as that is precise
    enough. None for what is not a due date, and for what could mean two: 2030年前, 3—5年内, 2027年、2030年.
    """
    plain = normalise(text).strip(",;.。\"'")
    try:
        if re.search("[一-鿿]", plain):
            found = _chinese(plain, written)
        else:
            found = _english(" ".join(simplify(text).lower().split()).strip(",;."), written)
    except (ValueError, OverflowError):
        return None
    return found if found and EARLIEST <= found.due.last <= LATEST else None


_DIGITS = "〇一二三四五六七八九"
_YEAR = rf"(?:(?:19|20)\d\d|[一二][{_DIGITS}零○]{{3}})"
_NUMBER = rf"(?:\d{{1,3}}|{CHINESE})"
_YEARS_ON = {"今年": 0, "本年": 0, "当年": 0, "全年": 0, "明年": 1, "来年": 1, "次年": 1, "后年": 2}
_QUARTERS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}
_LAST_QUARTER = {"上": 2, "下": 4}
_LEAD = "(?:力争|争取|确保|努力|计划|预计|有望|最迟|最晚|不迟于|不晚于|截至|截止|到|至|在|于|将|,)*"
_DATE = re.compile(
    rf"{_LEAD}(?:(?:(?P<from>{_YEAR})年?[-~至到])?(?P<year>{_YEAR})年度?|(?P<word>{'|'.join(_YEARS_ON)})度?)?"
    r"(?:(?P<half>[上下])半年|(?:第|前(?=[二两三23]))?(?P<quarter>[一二两三四1-4])个?季度"
    rf"|(?P<month>{_NUMBER})月份?(?:(?P<day>{_NUMBER})[日号])?)?"
    r"(?P<about>左右)?(?:(?<![日号])(?P<end>年?[底末]|年?[之以]?内|期间))?(?:(?<=[底末日号])[之以]?前)?"
)
_PLAN = re.compile(
    rf'{_LEAD}"?十(?P<plan>[{_DIGITS[1:]}])五"?(?:规划)?(?:时期|期间|期)?(?:末年?|结束时?)?(?:[之以]?前)?'
)
_COUNTED = re.compile(
    rf"{_LEAD}(?P<ahead>未来|今后|接下来|用|经过|通过)?的?(?P<count>{_NUMBER}|半)(?P<unit>年|个月|天|日)(?:左右)?"
    r"的?(?P<within>[之以]?内|时间[之以]?内?|努力)?"
)
_MID_CENTURY = re.compile(f"{_LEAD}(?:本|21|二十一)世纪中叶")

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_COUNTS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_DOTTED = re.compile(r"(?P<year>\d{4})(?P<by>[-/.])(?P<month>\d{1,2})(?:(?P=by)(?P<day>\d{1,2}))?")
_ENGLISH_DATE = re.compile(
    r"(?:(?:by|in|until|during|no later than|not later than|before(?= (?:the )?end)) )?"
    r"(?:the )?(?:(?:year-)?end(?: of |[- ]))?(?:the )?"
    r"(?:q?(?P<quarter>(?:first|second|third|fourth)(?= quarter)|(?<=q)[1-4])(?: quarter)?(?: of)? "
    rf"|(?:(?P<day>\d{{1,2}}) )?(?P<month>{'|'.join(_MONTHS)})(?: (?P<late>\d{{1,2}}))?,? )?(?P<year>(?:19|20)\d\d)"
)
_ENGLISH_PLAN = re.compile(
    r"(?:(?:by|in|during) )?(?:the )?(?:end of )?(?:the )?1(?P<plan>[1-9])th five-year plan(?: period)?"
)
_ENGLISH_COUNTED = re.compile(
    rf"(?:within|(?:in|over|during) the (?:next|coming)) (?P<count>\d{{1,3}}|{'|'.join(_COUNTS)}) "
    r"(?P<unit>year|month|day)s?"
)


def _chinese(text: str, written: PartialDate | None) -> ReadDue | None:
    if found := _DATE.fullmatch(text):
        return _date(found, written)
    if found := _PLAN.fullmatch(text):
        return ReadDue(_plan_end(_DIGITS.index(found["plan"])), inferred=False)
    if _MID_CENTURY.fullmatch(text):
        return ReadDue(_period(2050), inferred=True)
    found = _COUNTED.fullmatch(text)
    if not found or not (found["ahead"] or found["within"]):
        return None
    if found["count"] == "半":
        return _counted(written, 6, "month") if found["unit"] == "年" else None
    unit = {"年": "year", "个月": "month"}.get(found["unit"], "day")
    return _counted(written, int(read_number(found["count"])), unit)


def _date(found: re.Match[str], written: PartialDate | None) -> ReadDue | None:
    """Put a date together; what names no year of its own is of the year it was written in, and not past by then."""
    part = found["half"] or found["quarter"] or found["month"]
    end = found["end"] or ""
    if part and end.startswith("年"):
        return None
    if found["year"]:
        year = _year(found["year"])
    elif written and (found["word"] or part or end.startswith("年")):
        year = written.last.year + _YEARS_ON.get(found["word"], 0)
    else:
        return None
    due = _period(
        year,
        quarter=_LAST_QUARTER.get(found["half"]) or _quarter(found["quarter"]),
        month=_number(found["month"]),
        day=_number(found["day"]),
    )
    if written and not found["year"] and due.last < written.first:
        return None
    return ReadDue(due, inferred=not found["year"] or bool(found["from"] or found["about"]))


def _english(text: str, written: PartialDate | None) -> ReadDue | None:
    if found := _DOTTED.fullmatch(text):
        due = _period(int(found["year"]), month=_number(found["month"]), day=_number(found["day"]))
        return ReadDue(due, inferred=False)
    if found := _ENGLISH_DATE.fullmatch(text):
        due = _period(
            int(found["year"]),
            quarter=_quarter(found["quarter"]),
            month=_MONTHS.get(found["month"]),
            day=_number(found["late"] or found["day"]),
        )
        return ReadDue(due, inferred=False)
    if found := _ENGLISH_PLAN.fullmatch(text):
        return ReadDue(_plan_end(int(found["plan"])), inferred=False)
    if found := _ENGLISH_COUNTED.fullmatch(text):
        return _counted(written, _COUNTS.get(found["count"]) or int(found["count"]), found["unit"])
    return ReadDue(PartialDate.parse(text.upper()), inferred=False)


def _counted(written: PartialDate | None, count: int, unit: str) -> ReadDue | None:
    """Count on from when it was written, as precisely as was counted; None where that is not known so well."""
    if written is None:
        return None
    day = written.last
    if unit == "year":
        return ReadDue(_period(day.year + count), inferred=True)
    if unit == "month" and written.precision in {Precision.DAY, Precision.MONTH}:
        months = day.year * 12 + day.month - 1 + count
        return ReadDue(_period(months // 12, month=months % 12 + 1), inferred=True)
    if unit == "day" and written.precision is Precision.DAY:
        return ReadDue(PartialDate.parse(str(day + timedelta(days=count))), inferred=True)
    return None


def _period(
    year: int, *, quarter: int | None = None, month: int | None = None, day: int | None = None
) -> PartialDate:
    """Make a period; raise ValueError for a day or month that is none."""
    if quarter:
        return PartialDate.parse(f"{year}-Q{quarter}")
    if month is None:
        return PartialDate.parse(f"{year}")
    return PartialDate.parse(f"{year}-{month:02}" + ("" if day is None else f"-{day:02}"))


def _plan_end(number: int) -> PartialDate:
    """Give the last year of the five-year plan that is the tenth and so many: 十五五 ends in 2030."""
    return _period(2005 + 5 * number)


def _year(text: str) -> int:
    if text.isdecimal():
        return int(text)
    plain = text.replace("零", "〇").replace("○", "〇")
    return int("".join(str(_DIGITS.index(digit)) for digit in plain))


def _quarter(word: str | None) -> int | None:
    return _QUARTERS.get(word) or int(word) if word else None


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if text.isdecimal() else int(read_number(text))
