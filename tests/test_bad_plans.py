"""One list of bad plans through all doors: each says the same codes at the same fields, and writes nothing.

The list is in `bad_plans`; what is particular to one door is tested with it.
"""

import re
from pathlib import Path
from typing import Any

import yaml
from fastapi.testclient import TestClient

from app.domain.schemas import PlanIn
from app.exchange.seeds import SeedError, load_seeds
from app.store.service import read_all
from app.store.session import Database
from app.web.forms import Form
from tests.bad_plans import BAD, GOOD, plan_of, vocabulary
from tests.people import signed_in

Said = set[tuple[str, str]]


def by_yaml(db: Database, folder: Path, data: dict[str, Any]) -> Said:
    """Load a plan as a curator does."""
    file = folder / "plans" / "zj-bad.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    try:
        load_seeds(db, folder, dry_run=True)
    except SeedError as error:
        # That a file is called as its plan is a matter of this door alone.
        return {(one.field, one.code) for one in error.problems if one.code != "slug_not_file_name"}
    return set()


def by_form(client: TestClient, data: dict[str, Any], deed: str) -> Said:
    """Send a plan as the form does, and read the summary of what is wrong."""
    fields = Form.of_seed(data, PlanIn).pairs() + [
        (f"targets.{number}.colour", one["colour"])
        for number, one in enumerate(data["targets"])
        if "colour" in one
    ]
    control = {"form_key": "new-1", "seen": "0", "reason": "", "do": deed}
    answer = client.post("/en/admin/plans/new", data=control | dict(fields), follow_redirects=False)
    assert answer.status_code in {200, 303, 422}, answer.text
    found = re.findall(r'<li data-code="(\w+)">\s*(?:<a href="#([^"]+)">|targets\.)?', answer.text)
    return {(field or "targets.0.colour", code) for code, field in found}


def test_every_bad_plan_is_refused_alike_by_yaml_and_form(db: Database, tmp_path: Path) -> None:
    """Each plan of the list gets its codes at its fields through either door; a good one gets through."""
    with db.write() as session:
        vocabulary(session)
    wrong: dict[str, Any] = {}
    with signed_in(db) as client:
        for number, name in enumerate(BAD):
            data, expected = plan_of(name)
            # What a check finds and what a save refuses is the same.
            by_door = {
                "yaml": by_yaml(db, tmp_path, data),
                "form": by_form(client, data, ("save", "check")[number % 2]),
            }
            wrong |= {
                f"{name}, {door}": (sorted(said), sorted(expected))
                for door, said in by_door.items()
                if said != expected
            }
        assert wrong == {}
        with db.read() as session:
            assert read_all(session, "plan") == []
        assert (by_yaml(db, tmp_path, GOOD), by_form(client, GOOD, "save")) == (set(), set())
