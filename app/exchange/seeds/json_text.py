"""From JSON to the same plain data that YAML is read to: with the line of every field, every figure as its text.

What the fields mean is said by the schemas; the standard library's reader knows no lines and lets keys stand twice.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from typing_extensions import override

from app.domain.errors import Problem
from app.exchange.seeds.reading import DEEPEST, Document, Path, dotted, is_storable

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_BLANKS: Final = frozenset(" \t\n\r")
_WORD: Final = re.compile(
    r"(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)|(?P<word>true|false|null)"
)
_STRINGS: Final = json.JSONDecoder()
_WORDS: Final = {"true": True, "false": False, "null": None}
# What may make text that no database takes.
_ESCAPED: Final = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def read_json(content: bytes) -> Document:
    """Read one JSON text; figures stay the text they are, so that none loses a digit.

    A key that stands twice and text that no database takes are mistakes. What is no JSON at all has one
    mistake, `bad_json` or `not_utf8`, at the line where it ends to be.
    """
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        return Document(mistakes=[(content[: error.start].count(b"\n") + 1, Problem("not_utf8"))])
    try:
        return _Plain(_data(text), text=text)
    except (ValueError, RecursionError):
        return _by_lines(text)


@dataclass
class _Plain(Document):
    """A text without mistakes: its lines are found when someone asks for one."""

    text: str = ""

    @override
    def line(self, path: Path) -> int:
        """Find the line of a field, or of the nearest thing around it that is there."""
        if not self.lines:
            self.lines = _by_lines(self.text).lines
        return super().line(path)


def _data(text: str) -> Any:
    """Read a text by the standard library, in a fifth of the time; raise ValueError if anything may be wrong with it."""
    if _ESCAPED.search(text):
        raise ValueError(text)
    data = _WHOLE.decode(text)
    if _is_deep(data, DEEPEST):
        raise ValueError(text)
    return data


def _mapped(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError(pairs)
    return mapping


def _no_number(word: str) -> Any:
    raise ValueError(word)


_WHOLE: Final = json.JSONDecoder(
    object_pairs_hook=_mapped, parse_float=str, parse_int=str, parse_constant=_no_number
)


def _is_deep(value: Any, most: int) -> bool:
    """Tell whether more groups and lists than so many lie in each other."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return most == 0 or any(_is_deep(one, most - 1) for one in inner if isinstance(one, dict | list))


def _by_lines(text: str) -> Document:
    """Read a text with the line of every field and of every mistake."""
    document = Document()
    reader = _Reader(text, document)
    try:
        reader.read()
    except _FormError as error:
        document.data = None
        document.mistakes = [(reader.line, Problem("bad_json", "", error.detail | reader.place()))]
    return document


class _FormError(Exception):
    """A text that is no JSON, or not of a form that entities have."""

    def __init__(self, **detail: Any) -> None:
        super().__init__()
        self.detail = detail


class _Reader:
    """Builds the data of one text, which it reads once from front to back."""

    def __init__(self, text: str, document: Document) -> None:
        self.text = text
        self.document = document
        self.at = 0
        self.line = 1
        self._counted = 0

    def read(self) -> None:
        """Read the one value of the text."""
        self._skip()
        self.document.data = self._value(())
        if self.at != len(self.text):
            raise _FormError

    def place(self) -> dict[str, int]:
        """Say where the reader stands: line and column, both from 1."""
        return {"line": self.line, "column": self.at - self.text.rfind("\n", 0, self.at)}

    def _skip(self) -> None:
        """Go on to what is no blank, and know its line."""
        if self.text[self.at : self.at + 1] not in _BLANKS:
            return
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at
        self.line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at

    def _value(self, path: Path) -> Any:
        self.document.lines.setdefault(path, self.line)
        sign = self.text[self.at : self.at + 1]
        if sign in {"{", "["} and len(path) >= DEEPEST:
            raise _FormError(case="too_deep")
        if sign == "{":
            value: Any = self._mapping(path)
        elif sign == "[":
            value = self._sequence(path)
        elif sign == '"':
            value = self._string(path)
        else:
            found = _WORD.match(self.text, self.at)
            if found is None:
                raise _FormError
            self.at = found.end()
            value = found["number"] or _WORDS[found["word"]]
        self._skip()
        return value

    def _string(self, path: Path) -> str:
        line = self.line
        try:
            value, end = _STRINGS.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            self.at = error.pos
            raise _FormError from error
        self.at = end
        if not is_storable(value):
            self.document.mistakes.append((line, Problem("bad_character", dotted(path), {"case": "field"})))
            return ""
        return str(value)

    def _mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        if self._opens("}"):
            return mapping
        while True:
            if self.text[self.at : self.at + 1] != '"':
                raise _FormError
            line = self.line
            key = self._string(path)
            here = (*path, key)
            if key in mapping:
                self.document.mistakes.append((line, Problem("duplicate_key", dotted(here))))
            self.document.lines.setdefault(here, line)
            self._skip()
            self._expect(":")
            mapping[key] = self._value(here)
            if self._ends("}"):
                return mapping

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        if self._opens("]"):
            return items
        while True:
            items.append(self._value((*path, len(items))))
            if self._ends("]"):
                return items

    def _opens(self, end: str) -> bool:
        """Pass the bracket that opens, and say whether the one that closes follows at once."""
        self.at += 1
        self._skip()
        if self.text[self.at : self.at + 1] != end:
            return False
        self.at += 1
        return True

    def _ends(self, end: str) -> bool:
        """Pass the bracket that closes, or the comma before what follows."""
        if self.text[self.at : self.at + 1] == end:
            self.at += 1
            return True
        self._expect(",")
        return False

    def _expect(self, sign: str) -> None:
        if self.text[self.at : self.at + 1] != sign:
            raise _FormError
        self.at += 1
        self._skip()
