"""What a plan's form is given before it is checked: keys for names, what the words say, short names not yet chosen.

Nothing that was typed is changed; what is wrong is for the schema and the service to say.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from sqlalchemy.orm import Session

from app.domain.text import simplify
from app.store.queries.naming import region_words
from app.store.views.named import NamedView
from app.web.admin.sheet_view import resolve
from app.web.admin.understanding import fill_in
from app.web.forms import Form

_MOST_WORDS: Final = 4
_MOST_OF_NAME: Final = 6
_LONGEST: Final = 60
# Words that most titles have, so that they tell no plan from another.
_IDLE: Final = frozenset(
    re.findall(
        r"\w+", "a an the of on for and in to by with from its action plan plans province provincial city"
    )
)


def complete(session: Session, form: Form) -> dict[tuple[str, str], NamedView]:
    """Fill a form as far as it says itself what belongs where, and give what its keys name."""
    names = resolve(session, form)
    fill_in(form)
    for name, value in suggested(session, form).items():
        form.set(name, value)
    return names


def suggested(session: Session, form: Form) -> dict[str, str]:
    """Suggest short names for what has none: a plan by region and title, a target by its metric, a measure by its sort."""
    found: dict[str, str] = {}
    slug = form.value("slug").strip()
    if not slug and (slug := plan_slug(session, form)):
        found["slug"] = slug
    if not slug:
        return found
    taken = {
        form.value(f"{row}.public_id").strip() for row in (*form.rows("targets"), *form.rows("measures"))
    }
    for row in (*form.rows("targets"), *form.rows("measures")):
        name = f"{row}.public_id"
        word = _word(form, row)
        if word and not form.value(name).strip():
            found[name] = _free(f"{slug}.{word}", taken)
            taken.add(found[name])
    return found


def plan_slug(session: Session, form: Form) -> str:
    """Make a short name of a plan's region and the words of its English title; blank if either is missing."""
    region = region_words(session, form.value("region").strip())
    words = slug_words(form.value("title_en"))
    place = slug_words(region[1]) if region else []
    telling = [word for word in words if word not in _IDLE and word not in place] or words
    if region is None or not telling:
        return ""
    return "-".join([region[0], *telling[:_MOST_WORDS]])[:_LONGEST].strip("-")


def slug_words(text: str) -> list[str]:
    """Give the words of an English text as short names have them."""
    plain = unicodedata.normalize("NFKD", simplify(text)).encode("ascii", "ignore").decode()
    return re.findall(r"[a-z0-9]+", plain.replace("'", "").lower())


def name_after_words(form: Form) -> None:
    """Give what has no short name one that is made of its English name."""
    if not form.value("slug").strip():
        named = form.value("name_en") or form.value("title_en")
        form.set("slug", "-".join(slug_words(named)[:_MOST_OF_NAME]))


def _word(form: Form, row: str) -> str:
    """Give the word by which a row is called: its metric, or its kind where it has none."""
    if form.value(f"{row}.metric").strip():
        return "-".join(slug_words(form.value(f"{row}.metric")))
    return "-".join(slug_words(form.value(f"{row}.kind").replace("_", " ")))


def _free(name: str, taken: Collection[str]) -> str:
    number = 1
    while (free := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return free
