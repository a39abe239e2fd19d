"""The database back into the YAML it can be loaded from (R6): what the tables hold, not what was once loaded.

How the files are laid out is said by `layout`, which reads them.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.exchange.seeds.layout import LISTS, seed_files
from app.store.revisions import Seed
from app.store.service import read_all

_FIRST = ("code", "slug", "public_id", "region", "source", "to")
_LAST = ("note_zh", "note_en", "retired_on", "evidence", "deadlines", "links", "targets", "measures")
_CODE = re.compile(r"\d{6}")
_WORD = re.compile(r"(|~|null|true|false)")
_STR = "tag:yaml.org,2002:str"


class _Dumper(yaml.CBaseDumper):
    """Writes block style with every scalar plain, as `reading` takes them, and region codes in quotes."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the same text in two places is no alias
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    if "\n" in text:
        return dumper.represent_scalar(_STR, text, style="|")
    quoted = _CODE.fullmatch(text) or _WORD.fullmatch(text)
    return dumper.represent_scalar(_STR, text, style='"' if quoted else None)


def _represent_truth(dumper: _Dumper, value: bool) -> yaml.ScalarNode:  # noqa: FBT001 - a representer's form
    return dumper.represent_scalar(_STR, "true" if value else "false")


def _represent_mapping(dumper: _Dumper, mapping: Mapping[str, Any]) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping.items(), flow_style=False)


def _represent_list(dumper: _Dumper, items: list[Any]) -> yaml.SequenceNode:
    flow = not any(isinstance(item, dict) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=flow)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(bool, _represent_truth)
_Dumper.add_representer(int, lambda dumper, number: dumper.represent_scalar(_STR, str(number)))
_Dumper.add_representer(dict, _represent_mapping)
_Dumper.add_representer(list, _represent_list)


def export_seeds(session: Session, folder: Path) -> list[str]:
    """Write all entities into a folder as seeds, one file after the other in place; give the files' names.

    Files of the same names are replaced, others stay. Raise DomainError `leftover_seeds` before anything is
    written if seeds would stay there that are not of this export, `folder_not_writable` if it cannot be written.
    """
    files = dict(seed_texts(lambda kind: read_all(session, kind)))
    if folder.is_dir():
        stay = sorted(set(seed_files(folder)) - set(files))
        if stay:
            raise DomainError("leftover_seeds", folder=str(folder), files=stay)
    try:
        _replace(folder, files)
    except OSError as error:
        reason = error.strerror or ""
        raise DomainError("folder_not_writable", folder=str(folder), reason=reason) from error
    return sorted(files)


def _replace(folder: Path, files: Mapping[str, str]) -> None:
    """Write everything beside the old files first, so that a full disk leaves these as they were."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".export-", dir=folder))
    try:
        for name, text in files.items():
            (scratch / name).parent.mkdir(exist_ok=True)
            (scratch / name).write_text(text, encoding="utf-8", newline="\n")
        for name in files:
            (folder / name).parent.mkdir(exist_ok=True)
            (scratch / name).replace(folder / name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def seed_texts(read: Callable[[str], Iterable[Seed]]) -> Iterator[tuple[str, str]]:
    """Lay out the entities that `read` gives of each kind as files: their names and texts, one after the other."""
    regions = list(read("region"))
    for name, kind in LISTS.items():
        entities = regions if kind == "region" else list(read(kind))
        if entities:
            yield name, dump({name.removesuffix(".yaml"): entities})
    for plan in read("plan"):
        yield f"plans/{plan['slug']}.yaml", dump(plan)
    slugs = {region["code"]: region["slug"] for region in regions}
    by_region: dict[str, list[Seed]] = {}
    for observation in read("observation"):
        by_region.setdefault(slugs[observation["region"]], []).append(observation)
    for slug, observations in sorted(by_region.items()):
        yield f"observations/{slug}.yaml", dump({"observations": observations})


def dump(data: Seed) -> str:
    """Write one file's data as YAML, what names an entity first."""
    text: str = yaml.dump(
        _ordered(data), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, indent=2
    )
    return text


def _ordered(value: Any) -> Any:
    """Put what names an entity first and its children last, whatever the order of the schema's classes."""
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    if not isinstance(value, dict):
        return value
    middle = [name for name in value if name not in _FIRST and name not in _LAST]
    names = (*_FIRST, *middle, *_LAST)
    return {name: _ordered(value[name]) for name in names if name in value}
