"""How the names of regions are read in pinyin, so that a region is found by typing its sounds.

Rows that are there are filled here; later ones are when they are written.
"""

import re
import unicodedata
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_region_pinyin"
down_revision = "2026_11_20_search_index"
branch_labels = None
depends_on = None

REGION = sa.table(
    "region",
    sa.column("id", sa.Integer()),
    sa.column("short_zh", sa.Text()),
    sa.column("name_zh", sa.Text()),
    sa.column("name_en", sa.Text()),
    sa.column("aliases", sa.JSON()),
    sa.column("pinyin", sa.Text()),
)
IDEOGRAPHS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


def upgrade() -> None:
    """Go to this version."""
    op.add_column("region", sa.Column("pinyin", sa.Text(), server_default=sa.text("''"), nullable=False))
    names = (REGION.c.short_zh, REGION.c.name_zh, REGION.c.name_en, REGION.c.aliases)
    rows = op.get_bind().execute(sa.select(REGION.c.id, *names)).all()
    filled = [
        {"row": number, "read": ",".join(readings([short, name, english, *aliases]))}
        for number, short, name, english, aliases in rows
    ]
    if filled:
        by_id = sa.update(REGION).where(REGION.c.id == sa.bindparam("row"))
        op.get_bind().execute(by_id.values(pinyin=sa.bindparam("read")), filled)


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_column("region", "pinyin")


def readings(given: list[str]) -> list[str]:
    """Read the Chinese names, each usual reading and what other names say of single characters."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - large, and a database without rows needs none of it

    latin = [fold(name) for name in given if not IDEOGRAPHS.search(name)]
    chinese = ["".join(IDEOGRAPHS.findall(name)) for name in given]
    usual = {name: [str(one) for one in lazy_pinyin(name)] for name in chinese if name}
    heard = {pair for name, syllables in usual.items() for pair in zip(name, syllables, strict=True)}
    found: dict[str, None] = {}
    for name, syllables in usual.items():
        found[" ".join(syllables)] = None
        for place, sign in enumerate(name):
            for other in sorted(syllable for known, syllable in heard if known == sign):
                found[" ".join([*syllables[:place], other, *syllables[place + 1 :]])] = None
        for spelled in latin:
            if every := list(fitting(name, spelled)):
                found[" ".join(max(every, key=lambda one: len("".join(one))))] = None
    return list(dict.fromkeys(r for one in found for r in (one, re.sub(r"(?<=[ln])v", "u", one))))


def fitting(name: str, spelled: str) -> Iterable[list[str]]:
    """Find the readings of all characters that a Latin spelling begins with."""
    from pypinyin import Style, pinyin  # noqa: PLC0415

    if not name:
        yield []
        return
    (options,) = pinyin(name[0], style=Style.NORMAL, heteronym=True)
    for option in options:
        if spelled.startswith(plain := option.replace("v", "u")):
            for rest in fitting(name[1:], spelled[len(plain) :]):
                yield [option, *rest]


def fold(text: str) -> str:
    """Take marks, blanks and capitals from Latin letters."""
    parts = unicodedata.normalize("NFD", text.lower())
    return re.sub(r"[\W_]+", "", "".join(part for part in parts if not unicodedata.combining(part)))
