"""From YAML to plain data with the line of every field, every scalar as the text that stands there.

What the fields mean is said by the schemas; which files there are by `layout`.
"""

import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from app.domain.errors import Problem

Path: TypeAlias = tuple[str | int, ...]
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
DEEPEST = 12
"""How many groups and lists may lie in each other."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass
class Document:
    """One file's data, the line (from 1) of every field and item by its path, and what is wrong with the form."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    mistakes: list[tuple[int, Problem]] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Find the line of a field, or of the nearest thing around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(content: bytes) -> Document:
    """Read one file; figures and dates stay the text they are, only null, true and false are resolved.

    A key that stands twice, an anchor, an alias, a tag and a second document are mistakes: what a curator
    reviews must be what is loaded. A file that is no YAML at all has one mistake, at the line where it ends to be.
    """
    document = Document()
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        document.mistakes.append((line, Problem("not_utf8")))
        return document
    try:
        _Reader(text, document).read()
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        # What is never closed is found wrong after the last line.
        line = min(mark.line + 1, len(text.splitlines())) if mark else 1
        document.mistakes.append((line, Problem("bad_yaml", "", {"reason": error.problem or ""})))
    except _FormError as error:
        document.mistakes.append((error.line, Problem("bad_yaml", "", {"reason": str(error)})))
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        document.mistakes.append((line, Problem("bad_yaml", "", {"reason": error.reason})))
    return document


class _FormError(Exception):
    """YAML that is well formed, but not of a form that seeds have."""

    def __init__(self, reason: str, event: Any) -> None:
        super().__init__(reason)
        self.line = _line(event)


class _Reader:
    """Builds the data of one file from the parser's events."""

    def __init__(self, text: str, document: Document) -> None:
        self.events = yaml.parse(text, Loader=yaml.CBaseLoader)
        self.document = document

    def read(self) -> None:
        """Read the one document of the file."""
        next(self.events)
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            return
        self.document.data = self._value(next(self.events), ())
        next(self.events)
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            self._wrong(event, Problem("second_document"))

    def _value(self, event: Any, path: Path) -> Any:
        self.document.lines.setdefault(path, _line(event))
        if event.anchor is not None:
            self._wrong(event, Problem("anchor", dotted(path)))
        if isinstance(event, yaml.AliasEvent):
            return None
        if event.tag is not None:
            self._wrong(event, Problem("tag", dotted(path)))
        if isinstance(event, yaml.ScalarEvent):
            if not is_storable(event.value):
                self._wrong(event, Problem("bad_character", dotted(path), {"where": "body"}))
                return ""
            plain = event.implicit[0]
            return _WORDS.get(event.value, event.value) if plain else event.value
        if len(path) >= DEEPEST:
            raise _FormError("too deep", event)
        return self._mapping(path) if isinstance(event, yaml.MappingStartEvent) else self._sequence(path)

    def _mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _FormError("a key is no word", event)
            key = event.value
            if event.anchor is not None:
                self._wrong(event, Problem("anchor", dotted((*path, key))))
            if event.tag is not None:
                self._wrong(event, Problem("tag", dotted((*path, key))))
            if key in mapping:
                self._wrong(event, Problem("duplicate_key", dotted((*path, key))))
            self.document.lines.setdefault((*path, key), _line(event))
            mapping[key] = self._value(next(self.events), (*path, key))
        return mapping

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _wrong(self, event: Any, problem: Problem) -> None:
        self.document.mistakes.append((_line(event), problem))


def is_storable(text: str) -> bool:
    """Say whether databases take a text: one that escapes made of NULs or of halves of characters they do not."""
    return _UNSTORABLE.search(text) is None


def dotted(path: Path) -> str:
    """Write a path as problems name it."""
    return ".".join(map(str, path))


def _line(event: Any) -> int:
    number: int = event.start_mark.line
    return number + 1
