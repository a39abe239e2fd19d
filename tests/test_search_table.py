"""One table of searches holds both engines: the same hits in the same order, the first of each kind as it says.

How a query is read is tested in `test_search`, what a hit shows in `test_found`.
"""

from app.domain.errors import DomainError
from app.store.queries.found import search
from app.store.views.found import FoundView
from tests.builders import make_plan
from tests.databases import Databases
from tests.search_table import rows


def test_both_engines_find_what_the_table_says(databases: Databases) -> None:
    """Every search gives its first hits, and everything else alike on both engines; all wrong rows are listed."""
    wrong = []
    assert len(rows()) >= 60
    with databases.lend("sqlite", "seeded") as one, databases.lend("postgresql", "seeded") as other:
        for db in (one, other):
            with db.write() as session:
                make_plan(session, "zj-numbered", title_zh="一号文件", document_number="浙政发〔2024〕12号")
        with one.read() as sqlite, other.read() as postgresql:
            for q, expected in rows():
                found: list[FoundView | str] = []
                for session in (sqlite, postgresql):
                    try:
                        found.append(search(session, q, limit=20))
                    except DomainError as error:
                        found.append(error.code)
                if found[0] != found[1]:
                    wrong.append(f"{q}: the engines differ")
                if (first := first_hits(found[0], len(expected))) != expected:
                    wrong.append(f"{q}: {first} instead of {expected}")
    assert "\n".join(wrong) == ""


def first_hits(found: FoundView | str, number: int) -> list[tuple[str, str]] | str:
    """Name the first hit of as many kinds, one at least where nothing is expected."""
    if isinstance(found, str):
        return found
    return [(group.kind, group.items[0].key) for group in found.groups[: max(number, 1)]]
