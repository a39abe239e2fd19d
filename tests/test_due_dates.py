"""The reader of due dates: real wordings in both scripts and in English, what is counted on, and what it leaves alone.

How periods are written by us is tested in `test_dates`.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.dates import PartialDate
from app.domain.due_dates import ReadDue, read_due

PROFILE = settings(max_examples=200, deadline=None, database=None, derandomize=True)

# words | due, with ~ where it is inferred
STATED = """
到2027年 | 2027
2027年 | 2027
2027年底 | 2027
到２０２７年底 | 2027
到2027年年底前 | 2027
2027年末 | 2027
2027年内 | 2027
2027年度 | 2027
至2030年， | 2030
力争到2035年 | 2035
到二〇二七年 | 2027
到二零三〇年底 | 2030
2027年底之前 | 2027
2027年6月 | 2027-06
2027年6月底前 | 2027-06
2027年12月末 | 2027-12
二〇二七年十二月底前 | 2027-12
不迟于2026年9月底 | 2026-09
2027年6月30日前 | 2027-06-30
2027年12月31日 | 2027-12-31
截至2026年3月31日 | 2026-03-31
到2027年第一季度 | 2027-Q1
2027年3季度末 | 2027-Q3
2027年前三季度 | 2027-Q3
2026年上半年 | 2026-Q2
2026年下半年 | 2026-Q4
“十五五”末 | 2030
到“十五五”末 | 2030
到「十五五」期末 | 2030
“十四五”时期 | 2025
“十五五”规划期末 | 2030
十五五期間 | 2030
2030年左右 | 2030~
2025—2027年 | 2027~
2025年至2027年 | 2027~
到本世纪中叶 | 2050~
2027 | 2027
2027-Q4 | 2027-Q4
2027-12 | 2027-12
2027/6/30 | 2027-06-30
2027.06 | 2027-06
by 2027 | 2027
By the end of 2027 | 2027
by end-2027 | 2027
before the end of 2027 | 2027
by June 2027 | 2027-06
by 30 June 2027 | 2027-06-30
by June 30, 2027 | 2027-06-30
by the end of June 2027 | 2027-06
in the fourth quarter of 2026 | 2026-Q4
by Q2 2027 | 2027-Q2
by the end of the 15th Five-Year Plan period | 2030
"""

# written | words | due: all of them inferred
COUNTED = """
2025-05 | 3年内 | 2028
2025 | 三年内 | 2028
2025 | 力争在3年之内 | 2028
2025 | 未來三年 | 2028
2025 | 今后5年内 | 2030
2025 | 力争用3年左右时间 | 2028
2025 | 经过五年左右的努力 | 2030
2024-11-08 | 十年內 | 2034
2025-05 | 半年内 | 2025-11
2025-05-20 | 18个月内 | 2026-11
2025-05-20 | 100天内 | 2025-08-28
2025-05 | 今年底 | 2025
2025-05 | 年底前 | 2025
2025-05 | 年内 | 2025
2025-05 | 明年底前 | 2026
2025-05 | 明年上半年 | 2026-Q2
2025-05 | 后年 | 2027
2025-05 | 6月底前 | 2025-06
2025-05 | 12月31日前 | 2025-12-31
2025-05 | 下半年 | 2025-Q4
2025-05 | within three years | 2028
2025-05 | over the next 5 years | 2030
2025-05 | within 6 months | 2025-11
"""

LEFT_ALONE = """
2030年前
2030年以前
2027年6月前
2027年一季度前
2027年年中
2027年初
2027年6月中旬
2027年起
2027年2月30日
2027年13月
3—5年内
三五年内
3年
近三年内
三年多内
每3年内
一年半内
“十五五”初
“十五五”中期
二十五末
2027年、2030年、2035年三阶段
2027年和2030年
新的一年
去年底
3月底前
长期
6亿元
before 2030
mid-2027
around 2027
early 2027
in three years
06/07/2027
2027 billion
2199年
底
前
"""


def cases(table: str) -> list[tuple[str, ...]]:
    """Read a table's rows."""
    return [tuple(cell.strip() for cell in row.split("|")) for row in table.strip().splitlines()]


def shown(read: ReadDue | None) -> str:
    """Write what was read as the tables do."""
    return "" if read is None else f"{read.due}{'~' * read.inferred}"


@pytest.mark.parametrize(("words", "due"), cases(STATED))
def test_what_is_stated_is_read_as_it_stands(words: str, due: str) -> None:
    """The date of the document has no say in it."""
    assert shown(read_due(words)) == due
    assert shown(read_due(words, PartialDate.parse("2025-05"))) == due


@pytest.mark.parametrize(("written", "words", "due"), cases(COUNTED))
def test_what_is_counted_is_inferred(written: str, words: str, due: str) -> None:
    """It is counted from the document's date, and not read without one."""
    assert shown(read_due(words, PartialDate.parse(written))) == f"{due}~"
    assert read_due(words) is None


@pytest.mark.parametrize("words", [*LEFT_ALONE.strip().splitlines(), "", "  ", "。"])
def test_what_could_mean_two_dates_or_none_is_left_to_people(words: str) -> None:
    """Before a year, a span of years, a date that is past or is none, and all other words."""
    assert read_due(words, PartialDate.parse("2025-05-20")) is None


@pytest.mark.parametrize(
    ("written", "words"), [("2025", "半年内"), ("2025-05", "100天内"), ("2025-Q2", "18个月内")]
)
def test_nothing_is_counted_more_precisely_than_it_was_written(written: str, words: str) -> None:
    """Months need a month to count from, days a day."""
    assert read_due(words, PartialDate.parse(written)) is None


@PROFILE
@given(st.text(alphabet="0123456789年月日底末内前到至-—~十五三半季度上下本明“”第一 /.Qby", max_size=14))
def test_never_fails_otherwise(text: str) -> None:
    """Whatever is typed is read or left alone."""
    read = read_due(text, PartialDate.parse("2025-05-20"))
    assert read is None or read.due.first <= read.due.last
