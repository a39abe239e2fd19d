"""The five articles against the committed evidence, where the articles are at hand.

Texts of our own writing test the same code everywhere, in `test_cli`.
"""

import os
from pathlib import Path

import pytest
from sqlalchemy import select

from app.domain.text import text_sha256
from app.exchange.articles import check_article
from app.store.models import Source
from app.store.session import Database

FOLDER = os.environ.get("MUBIAO_ARTICLES", "")


@pytest.mark.skipif(not FOLDER, reason="MUBIAO_ARTICLES names no folder: the articles are not in the project")
@pytest.mark.parametrize("dialect", ["sqlite"])
def test_every_phrase_stands_in_its_paragraph(seeded: Database) -> None:
    """All evidence of the five articles holds, each article being the source whose text hash it has."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path(FOLDER).glob("*.txt"))]
    with seeded.read() as session:
        hashes = select(Source.text_sha256, Source.slug).where(Source.text_sha256.is_not(None))
        sources = {row.text_sha256: row.slug for row in session.execute(hashes)}
        checks = [check_article(session, sources[text_sha256(text)], text) for text in texts]
    assert len(checks) == 5
    assert all(check.same_text and check.proofs for check in checks)
    assert [proof for check in checks for proof in check.proofs if not proof.holds] == []
