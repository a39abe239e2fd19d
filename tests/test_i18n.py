"""The catalogues: every word of the vocabulary and every error code has its words in both languages.

Whether the pages' sentences are translated is tested with the templates.
"""

import inspect
import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from markupsafe import Markup

from app.domain import validation, vocabulary
from app.domain.base import Schema
from app.domain.comparability import KEY_FIELDS
from app.domain.errors import DomainError, Problem
from app.domain.schemas import DeadlineIn
from app.domain.validation import validate
from app.domain.vocabulary import Comparator, Kind, Precision, Stage, Verdict
from app.i18n import LANGS, Lang, catalogue, gettext, ngettext, problem_sentence, term, word
from app.resources import resource
from app.store import failures
from app.store.service import WRITERS
from app.store.service.rules import proved
from app.web.forms import ROW, Shape, shape_of
from app.web.speech import Speech, address
from tests.builders import deadline

APP = Path(inspect.getfile(vocabulary)).parent.parent
ENUMS = [
    each
    for _, each in inspect.getmembers(vocabulary, inspect.isclass)
    if issubclass(each, StrEnum) and each is not StrEnum
]
# What an f-string or a helper makes codes of.
KINDS = (
    *("region", "organization", "topic", "metric", "source", "plan"),
    *("target", "deadline", "observation", "measure", "assessment"),
)
LISTED = re.compile(
    r"""(?:Error|Problem)\(\s*f?"([a-z0-9_{}]+)"|_(?:known|twice)\([^"()]*"([a-z0-9_]+)"|"(unknown_[a-z]+)\""""
)
NOT_CODES = {"unknown_code"}


def codes() -> Iterator[str]:
    """Find every error code that the application may give, in its own text."""
    for path in sorted(APP.rglob("*.py")):
        for found in LISTED.finditer(path.read_text(encoding="utf-8")):
            code = next(group for group in found.groups() if group)
            if "{" not in code:
                yield code
    yield from validation._CODES.values()
    yield from failures._SQLITE.values()
    yield from failures._POSTGRESQL.values()
    yield from (f"unknown_{kind}" for kind in KINDS)
    yield from ("figure_of_qualitative", "key_twice", "public_id_twice", "not_found", "method_not_allowed")


CODES = sorted(set(codes()) - NOT_CODES)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("each", ENUMS, ids=lambda each: each.__name__)
def test_every_word_has_a_name(each: type[StrEnum], lang: Lang) -> None:
    """Each member of the vocabulary is named, and no two of one list alike."""
    words = [catalogue(lang).pgettext(each.__name__, str(member)) for member in each]
    untranslated = [
        str(member)
        for member, said in zip(each, words, strict=True)
        if said == str(member) and not _in_file(lang, each.__name__, str(member))
    ]
    assert untranslated == []
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("lang", LANGS)
def test_other_codes_that_pages_name_have_names(lang: Lang) -> None:
    """Refusals of progress, inferred fields, link directions and statuses are named as well."""
    wanted: dict[str, Sequence[str]] = {
        "Refusal": [*KEY_FIELDS, "region", "forecast", "span", "unit", "comparator"],
        "Field": [
            *KEY_FIELDS,
            "region",
            "baseline",
            "due",
            "comparator",
            "value",
            "unit",
            "ambition",
            "start",
        ],
        "LinkIn": list(vocabulary.LinkKind),
        "LinkOut": list(vocabulary.LinkKind),
        "measured": [kind for kind in Kind if kind is not Kind.LEVEL],
        "Fact": ["plan", "deadline", "observation", "measure"],
        "status": ["400", "404", "405", "409", "410", "412", "414", "415", "422", "428", "500", "501", "503"],
    }
    missing = [
        (context, str(code))
        for context, listed in wanted.items()
        for code in listed
        if not _in_file(lang, context, str(code))
    ]
    assert missing == []


@pytest.mark.parametrize("lang", LANGS)
def test_every_field_of_a_form_has_a_name(lang: Lang) -> None:
    """What is typed in, and what is said to be wrong with it, is named in the reader's language."""
    names = {
        name.removesuffix("_zh").removesuffix("_en")
        for writer in WRITERS.values()
        for name in _fields(_shape(writer.schema))
    }
    assert {"region", "due_as_stated", "phrase"} < names
    assert [name for name in sorted(names - {"editorial_state"}) if not _in_file(lang, "Field", name)] == []


def _shape(schema: type[Schema]) -> Shape:
    return shape_of(schema)


def _fields(shape: Shape) -> Iterator[str]:
    for name, below in shape.items():
        if name != ROW:
            yield name
        yield from _fields(below or {})


def test_codes_are_found() -> None:
    """The search for codes finds what it must, or the next test would prove nothing."""
    assert {
        "unknown_region",
        "bad_cursor",
        "between_reversed",
        "database_locked",
        "too_wide",
        "key_twice",
    } <= set(CODES)


@pytest.mark.parametrize("lang", LANGS)
def test_every_error_code_has_a_sentence(lang: Lang) -> None:
    """Whatever is refused, the reader is told what is wrong and what would be right."""
    assert [code for code in CODES if not _in_file(lang, "problem", code)] == []


def test_sentences_name_the_same_values_in_both_languages() -> None:
    """What a sentence fills in is the same in both languages."""
    both = []
    for lang in LANGS:
        with (resource("locale") / lang / "problems.po").open("rb") as file:
            both.append({m.id: set(re.findall(r"{\w+}", str(m.string))) for m in read_po(file) if m.id})
    assert both[0] == both[1]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["words.po", "problems.po"])
def test_catalogues_hold_each_code_once_and_none_in_doubt(lang: Lang, name: str) -> None:
    """Nothing is fuzzy, outdated, empty or there twice."""
    path = resource("locale") / lang / name
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"#, fuzzy|^#~", text, re.MULTILINE)
    with path.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    assert len(messages) == text.count("\nmsgctxt ")
    assert all(message.string for message in messages)


def test_a_sentence_words_figures_as_its_readers_do() -> None:
    """Figures that stand in a sentence are written as everywhere else, not as codes."""
    with pytest.raises(DomainError) as caught:
        validate(
            DeadlineIn,
            {**deadline("突破5000亿元", "2027"), "value": "6000", "comparator": "gt", "unit": "亿元"},
        )
    (denied,) = caught.value.problems
    assert "不符：“超过5,000亿元”。" in problem_sentence("zh", denied)
    assert "comparator: “more than ¥500 billion”." in problem_sentence("en", denied)
    (unproved,) = proved([], Decimal(3), Decimal(5), "万家", "")
    assert "该数字：3–5万家。" in problem_sentence("zh", unproved)
    assert "contains it: between 30,000 and 50,000." in problem_sentence("en", unproved)


def test_a_sentence_is_filled_with_what_was_wrong() -> None:
    """The values of the problem stand in its sentence; one that is missing leaves a mark, not an error."""
    problem = Problem("too_many_regions", "region", {"given": 60, "max": 8})
    assert problem_sentence("en", problem) == (
        "You asked for 60 regions; up to 8 can be compared at once. Take some away."
    )
    assert problem_sentence("zh", problem) == "您选了60个地区，一次最多比较8个，请减少几个。"
    assert "…" in problem_sentence("en", Problem("too_many_regions"))


def test_an_unknown_code_still_has_a_sentence() -> None:
    """A code that nobody has worded yet is named, so that a reader can ask about it."""
    assert problem_sentence("en", Problem("brand_new")) == "This was not accepted (brand_new)."


def test_what_a_reader_sent_is_no_pattern() -> None:
    """Braces in what was sent are shown as they are."""
    problem = Problem("unknown_region", "region", {"given": "{max} {0} {__class__}"})
    assert "{max} {0} {__class__}" in problem_sentence("en", problem)


def test_a_given_key_goes_by_either_name() -> None:
    """The service says `key`, the queries say `given`; the sentence is the same."""
    assert problem_sentence("en", Problem("unknown_plan", "to", {"key": "x"})) == problem_sentence(
        "en", Problem("unknown_plan", "to", {"given": "x"})
    )


def test_numbers_choose_the_form() -> None:
    """English tells one from many, Chinese does not."""
    assert [ngettext("en", "{n} plan", "{n} plans", n) for n in (0, 1, 2)] == ["0 plans", "1 plan", "2 plans"]
    assert [ngettext("zh", "{n} plan", "{n} plans", n) for n in (0, 1, 2)] == [
        "0份规划",
        "1份规划",
        "2份规划",
    ]


def test_markup_in_a_sentence_stays_and_all_else_is_escaped() -> None:
    """A marked value keeps its marks; text beside it is made safe."""
    said = gettext("en", "{one}; {other}.", one=Markup("<b>5</b>"), other="<i>6</i>")
    assert said == Markup("<b>5</b>; &lt;i&gt;6&lt;/i&gt;.")
    listed = Speech("en").listed([Markup("<b>1</b>"), "<2>", "3"])
    assert listed == Markup("<b>1</b>, &lt;2&gt;, and 3")


def test_words_and_terms() -> None:
    """A member is looked up by its class, a code by its context; an unnamed one stands for itself."""
    assert (word("en", Verdict.SAME), word("zh", Verdict.SAME)) == ("comparable", "可比较")
    assert (word("en", Stage.CONSULTATION_DRAFT), word("zh", Stage.CONSULTATION_DRAFT)) == (
        "draft for comment",
        "征求意见稿",
    )
    assert term("en", "Refusal", "nothing") == "nothing"


def test_dates_are_as_exact_as_they_are_known() -> None:
    """A year is a year, not its last day."""
    chinese, english = Speech("zh"), Speech("en")
    day = date(2027, 12, 31)
    assert [chinese.day(day, p) for p in Precision] == [
        "2027年12月31日",
        "2027年12月",
        "2027年第4季度",
        "2027年",
        None,
    ]
    assert [english.day(day, p) for p in Precision] == [
        "31 December 2027",
        "December 2027",
        "Q4 2027",
        "2027",
        None,
    ]
    assert (chinese.due(day, Precision.YEAR), english.due(day, Precision.YEAR)) == ("到2027年", "by 2027")
    assert (chinese.due(None, Precision.NONE), english.due(None, Precision.NONE)) == ("未定期限", "no date")
    assert english.period(date(2027, 1, 1), day, Precision.YEAR) == "2027"
    assert (
        english.period(date(2026, 7, 1), date(2027, 6, 30), Precision.MONTH) == "1 July 2026 to 30 June 2027"
    )
    assert english.period(date(2025, 1, 1), date(2035, 12, 31), Precision.YEAR) == "2025 to 2035"
    assert english.period(None, None, Precision.NONE) == "date unknown"


def test_amounts_are_written_with_their_bound() -> None:
    """A measure's amount has the words of its comparator, if it has one."""
    english = Speech("en")
    assert english.amounts(Comparator.GT, Decimal(100), "亿元") == "more than ¥10 billion"
    assert english.amounts(None, Decimal(100), "亿元") == "¥10 billion"


def test_addresses_leave_out_what_is_blank_and_quote_the_rest() -> None:
    """Blank values vanish, lists repeat, and what is not of an address's letters is quoted."""
    query = {"region": ["330000", "320000"], "topic": None, "q": "a&b 目标", "family": ""}
    assert address("/zh/x y", query, "p6") == (
        "/zh/x%20y?region=330000&region=320000&q=a%26b+%E7%9B%AE%E6%A0%87#p6"
    )


def _in_file(lang: Lang, context: str, code: str) -> bool:
    """Say whether a code is in the catalogue, even where its words are the code itself."""
    return (context, code) in _ENTRIES[lang]


def _entries(lang: Lang) -> set[tuple[str, str]]:
    found = set()
    for name in ("words.po", "problems.po"):
        with (resource("locale") / lang / name).open("rb") as file:
            found |= {(m.context or "", str(m.id)) for m in read_po(file) if m.id and m.string}
    return found


_ENTRIES = {lang: _entries(lang) for lang in LANGS}
