"""The published data as seeds in one zip, which an empty database loads: `mubiao seeds load`.

How seeds are laid out in files is said in `exchange.seeds`; what is not published is not in it.
"""

import zipfile
from collections.abc import Container, Iterable
from typing import IO, Final

from sqlalchemy.orm import Session

from app.exchange.package.archive import add_file
from app.exchange.seeds import seed_texts
from app.store.queries.whole import read_table
from app.store.revisions import Seed
from app.store.service import read_published

_README: Final = """\
# Mubiao 目标

The published data as seeds: YAML that curators review, with all that is needed to load it into an empty database.
已发布数据的种子文件（YAML），可整体载入空数据库。

    mubiao seeds check .
    mubiao seeds load .

Data 数据: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/
"""


def write_seeds(session: Session, file: IO[bytes]) -> None:
    """Write the zip; equal data give equal bytes."""
    plans = frozenset(row.slug for row in read_table(session, "plans"))

    def read(kind: str) -> Iterable[Seed]:
        found = read_published(session, kind)
        return (_public(plan, plans) for plan in found) if kind == "plan" else found

    with zipfile.ZipFile(file, "w") as archive:
        add_file(archive, "README.md", [_README.encode()])
        for name, text in seed_texts(read):
            add_file(archive, name, [text.encode()])


def _public(plan: Seed, plans: Container[str]) -> Seed:
    """Leave out of a published plan what was retired in it, and links to plans that are not published."""
    targets = (
        {**target, "deadlines": _standing(target["deadlines"])}
        for target in _standing(plan.get("targets", []))
    )
    parts = {
        "links": [link for link in plan.get("links", []) if link["to"] in plans],
        # A target without a deadline is none that could be loaded.
        "targets": [target for target in targets if target["deadlines"]],
        "measures": _standing(plan.get("measures", [])),
    }
    kept = {name: value for name, value in plan.items() if name not in parts}
    return kept | {name: listed for name, listed in parts.items() if listed}


def _standing(children: Iterable[Seed]) -> list[Seed]:
    return [child for child in children if "retired_on" not in child]
