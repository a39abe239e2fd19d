"""Which files a folder of seeds has, what each holds, and where in which file an entity stands.

How a file is read is in `reading`, what is done with the entities in `loading`.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.domain.errors import DomainError, Problem
from app.domain.schemas import Entity
from app.domain.validation import validate
from app.exchange.seeds.reading import Document, read_yaml
from app.store.service import WRITERS

LISTS = {
    "regions.yaml": "region",
    "organizations.yaml": "organization",
    "topics.yaml": "topic",
    "metrics.yaml": "metric",
    "sources.yaml": "source",
    "assessments.yaml": "assessment",
}
"""The files that hold one list each, under the file's own name, and the kind of its items."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong in a file, at its line (from 1)."""

    file: str
    line: int
    problem: Problem


class SeedError(DomainError):
    """Seeds that cannot be loaded; `mistakes` says where, in the order of files and lines."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        """Bundle all mistakes of all files."""
        super().__init__(mistakes[0].problem.code)
        self.problems = [mistake.problem for mistake in mistakes]
        self.mistakes = sorted(mistakes, key=lambda one: (one.file, one.line, one.problem.field))


@dataclass(frozen=True, slots=True)
class Located:
    """A valid entity, and where it stands."""

    entity: Entity
    file: str
    path: tuple[str | int, ...]
    document: Document

    def mistake(self, problem: Problem) -> Mistake:
        """Say at which line a problem of this entity is."""
        return locate(self.file, self.document, self.path, problem)


@dataclass
class Seeds:
    """All that a folder holds: valid entities by kind, what is wrong, and what could not be read.

    `unread` are the keys of entities that are not valid, `broken` the kinds of which a whole file is not.
    """

    entities: dict[str, list[Located]] = field(default_factory=lambda: {kind: [] for kind in WRITERS})
    mistakes: list[Mistake] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)


def read_seeds(folder: Path) -> Seeds:
    """Read and validate all files of a folder; nothing is raised for what is wrong in them.

    Raises DomainError `folder_missing` or `no_seeds` if there is nothing to read.
    """
    if not folder.is_dir():
        raise DomainError("folder_missing", folder=str(folder))
    seeds = Seeds()
    names = seed_files(folder)
    if not names:
        raise DomainError("no_seeds", folder=str(folder))
    for name in names:
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            reason = error.strerror or ""
            seeds.mistakes.append(Mistake(name, 1, Problem("file_unreadable", "", {"reason": reason})))
        else:
            _read_file(seeds, name, read_yaml(content))
    return seeds


def seed_files(folder: Path) -> list[str]:
    """List the YAML files of a folder and those in it, by name, leaving out hidden ones.

    A link that leads nowhere is listed too: what cannot be read must not be passed over.
    """
    found = (path for path in folder.rglob("*") if path.suffix.lower() in {".yaml", ".yml"})
    names = (path.relative_to(folder) for path in found if path.is_file() or path.is_symlink())
    return sorted(name.as_posix() for name in names if not any(part.startswith(".") for part in name.parts))


def _read_file(seeds: Seeds, name: str, document: Document) -> None:
    seeds.mistakes += [Mistake(name, line, problem) for line, problem in document.mistakes]
    parts = name.split("/")
    if name in LISTS:
        _read_list(seeds, name, document, LISTS[name], name.removesuffix(".yaml"))
    elif len(parts) == 2 and parts[0] == "observations" and name.endswith(".yaml"):  # noqa: PLR2004 - folder, file
        _read_list(seeds, name, document, "observation", "observations")
    elif len(parts) == 2 and parts[0] == "plans" and name.endswith(".yaml"):  # noqa: PLR2004 - folder, file
        _read_plan(seeds, name, document)
    else:
        seeds.mistakes.append(Mistake(name, 1, Problem("unknown_file")))


def _read_list(seeds: Seeds, name: str, document: Document, kind: str, field_name: str) -> None:
    data = document.data
    if data is None and not document.mistakes:
        return
    if isinstance(data, dict):
        seeds.mistakes += [
            locate(name, document, (), Problem("unknown_field", key)) for key in data if key != field_name
        ]
    read_items(seeds, name, document, kind, field_name)


def read_items(seeds: Seeds, name: str, document: Document, kind: str, field_name: str) -> None:
    """Add the entities of one list of a document, and what is wrong with them."""
    data = document.data
    items = data.get(field_name) if isinstance(data, dict) else None
    if isinstance(items, list):
        for number in range(len(items)):
            read_entity(seeds, name, document, kind, (field_name, number))
        return
    seeds.broken.add(kind)
    if data is not None:
        code = "missing" if isinstance(data, dict) and items is None else "bad_form"
        seeds.mistakes.append(locate(name, document, (), Problem(code, field_name)))


def _read_plan(seeds: Seeds, name: str, document: Document) -> None:
    if document.data is None and document.mistakes:
        seeds.unread.add(Path(name).stem)
        return
    plan = read_entity(seeds, name, document, "plan", ())
    if plan is not None and WRITERS["plan"].key(plan.entity) != Path(name).stem:
        seeds.mistakes.append(plan.mistake(Problem("slug_not_file_name", "slug", {"slug": Path(name).stem})))


def read_entity(
    seeds: Seeds, name: str, document: Document, kind: str, path: tuple[str | int, ...]
) -> Located | None:
    """Add what stands at a path of a document to the entities, or what is wrong with it to the mistakes."""
    writer = WRITERS[kind]
    data = document.data
    for part in path:
        data = data[part]
    try:
        entity = validate(writer.schema, data)
    except DomainError as error:
        seeds.mistakes += [locate(name, document, path, problem) for problem in error.problems]
        seeds.unread.add(_raw_key(data, writer.key_field))
        return None
    located = Located(entity, name, path, document)
    seeds.entities[kind].append(located)
    return located


def _raw_key(data: Any, field_name: str) -> str:
    return str(data.get(field_name)) if isinstance(data, dict) else ""


def locate(file: str, document: Document, path: tuple[str | int, ...], problem: Problem) -> Mistake:
    """Lead a problem's field back to the file: its whole path there, and the line it stands at."""
    inner = problem.field.split(".") if problem.field else []
    parts = (*path, *(int(part) if part.isdigit() else part for part in inner))
    located = Problem(problem.code, ".".join(map(str, parts)), problem.detail)
    return Mistake(file, document.line(parts), located)
