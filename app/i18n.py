"""The two languages: catalogues compiled from the .po files, and the words and sentences looked up in them.

How figures are written is in `app.wording`; the words themselves are in `app/locale`.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal, TypeGuard

from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

from app.domain.errors import Problem
from app.domain.quantities import Stated
from app.wording import figure

Lang = Literal["zh", "en"]
LANGS: Final[tuple[Lang, ...]] = ("zh", "en")
TAGS: Final[Mapping[Lang, str]] = {"zh": "zh-Hans-CN", "en": "en"}
"""What `lang` and `hreflang` say of each language."""
LOCALES: Final[Mapping[Lang, str]] = {"zh": "zh_Hans_CN", "en": "en"}
"""What Babel calls each language."""

_FOLDER = Path(__file__).parent / "locale"


class _Values(dict[str, Any]):
    """The values of a sentence's braces; one that is not there is left out visibly, never an error."""

    def __missing__(self, name: str) -> str:
        return "…"


def is_lang(text: str) -> TypeGuard[Lang]:
    """Say whether a text names one of the languages."""
    return text in LANGS


@lru_cache(maxsize=len(LANGS))
def catalogue(lang: Lang) -> NullTranslations:
    """Compile all .po files of a language into one catalogue, once."""
    whole = Catalog(locale=LOCALES[lang])
    for path in sorted((_FOLDER / lang).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=LOCALES[lang]):
                if message.id:
                    whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


def gettext(lang: Lang, message: str, /, **values: Any) -> str:
    """Translate an English sentence and fill its braces; safe markup among the values gives safe markup."""
    return _fill(catalogue(lang).gettext(message), values)


def ngettext(lang: Lang, one: str, many: str, n: int, /, **values: Any) -> str:
    """Translate a sentence that depends on a number, which fills `{n}`."""
    return _fill(catalogue(lang).ngettext(one, many, n), {"n": n, **values})


def word(lang: Lang, member: StrEnum) -> str:
    """Name a member of the vocabulary in the reader's language."""
    return term(lang, type(member).__name__, str(member))


def term(lang: Lang, context: str, code: str) -> str:
    """Name a code in a context of the catalogue (`Stage`, `Refusal`, …); one without a name stands for itself."""
    return catalogue(lang).pgettext(context, code)


def problem_sentence(lang: Lang, problem: Problem) -> str:
    """Say what is wrong and what would be right, in plain text; every code has its sentence.

    A `case` among the details chooses a sentence that says more than the code's own.
    """
    names = (f"{problem.code}.{problem.detail.get('case')}", problem.code, "unknown_code")
    said = ((name, term(lang, "problem", name)) for name in names)
    sentence = next(words for name, words in said if words != name)
    # What was given is called by its key where a door knows it as one.
    given = problem.detail.get("key", problem.detail.get("value", "…"))
    values = {"field": problem.field or "…", "code": problem.code, "given": given, **problem.detail}
    return sentence.format_map(_Values({name: _plain(lang, value) for name, value in values.items()}))


def _plain(lang: Lang, value: Any) -> str:
    """Write a value, a figure in words; of a list each part in quotation marks, joined as the language does."""
    if isinstance(value, list | tuple):
        return format_list([f"“{_plain(lang, part)}”" for part in value], locale=LOCALES[lang])
    if isinstance(value, Stated):
        return figure(lang, value.comparator, value.value, value.value_high, value.unit)
    return str(value)


def _fill(sentence: str, values: Mapping[str, Any]) -> str:
    if any(hasattr(value, "__html__") for value in values.values()):
        return Markup(escape(sentence)).format_map(_Values(values))  # noqa: S704 - the sentence is escaped
    return sentence.format_map(_Values(values)) if values else sentence
