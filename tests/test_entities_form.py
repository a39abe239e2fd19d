"""The forms of single things: made, changed, refused, merged, kept while they are written; observations in four fields."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.domain.vocabulary import EditorialState, Role
from app.store.service import get_current
from app.store.session import Database
from tests.people import sign_in_as, signed_in
from tests.clients import asking

FOUR = {
    "measured": "zj-ai-terminals.revenue",
    "value_as_stated": "突破5000亿元",
    "end": "2024年",
    "evidence.0.source": "ifn-2026-jiangsu-zhejiang",
    "evidence.0.paragraph": "6",
    "evidence.0.phrase": "",
}


def fields(html: str) -> dict[str, str]:
    return {}


def test_try(seeded_copy: Database) -> None:
    with signed_in(seeded_copy, Role.EDITOR) as client:
        page = client.get("/en/admin/new/observation")
        print(page.status_code, page.text[:200])
        key = re.search(r'name="form_key" value="([^"]+)"', page.text)[1]
        answer = client.post(
            "/en/admin/new/observation", data={**FOUR, "form_key": key, "seen": "0", "do": "check"}
        )
        print(answer.status_code, answer.text)
        answer = client.post(
            "/en/admin/new/observation",
            data={**FOUR, "form_key": key, "seen": "0", "do": "save"},
            follow_redirects=False,
        )
        print(answer.status_code, answer.headers.get("location"))
        with seeded_copy.read() as session:
            print(
                get_current(session, "observation", answer.headers["location"].split("/")[-1].split("?")[0])
            )
        for kind, k in [
            ("metric", "revenue"),
            ("source", "ifn-2026-jiangsu-zhejiang"),
            ("region", "330000"),
            ("region", "yangtze-delta"),
            ("topic", "ai"),
            ("assessment", "130000/ai"),
            ("organization", "ciw-dbc-enet"),
            ("observation", "zj-ai-output-2024"),
        ]:
            for a in (f"/en/admin/edit/{kind}/{k}", f"/zh/admin/new/{kind}"):
                page = client.get(a)
                print(a, page.status_code, len(page.text))
    assert 0
