"""The pages behind the login, `/{lang}/admin`, one module per group, gathered in one router.

What they share is in `frame`; who may see them is decided by the dependencies of `web.people`.
"""

from fastapi import APIRouter

from app.web.admin import (
    account,
    adding,
    carried,
    desk,
    entities,
    entries,
    home,
    login,
    lookups,
    people,
    plans,
    previews,
    unsaved,
)

router = APIRouter(include_in_schema=False)
for _group in (
    login,
    carried,
    home,
    plans,
    entities,
    adding,
    previews,
    unsaved,
    lookups,
    entries,
    desk,
    account,
    people,
):
    router.include_router(_group.router)
