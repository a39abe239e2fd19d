"""All parameters of the API at random: no answer is an error of ours, and each is what the document says.

Chosen bad requests are in `test_bad_input`.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clients import asking
from tests.databases import Databases
from tests.stress.schemas import faults

pytestmark = pytest.mark.stress

# What has brought down other servers, and what is nearly right.
ODD = [
    *("", " ", "0", "-1", "1e3", "１０", "99999999999999999999", "1.5", "null", "NaN", "true", "[]", "{}"),
    *("'", '"', "''; DROP TABLE plan; --", '"a', "a*", "NEAR(a b)", "a AND", "(", "\\", "%", "_", ":", "a:b"),
    *(
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
        "\u202e",
        "\ufeff",
        "é",
        "é",
        "ﷺ" * 40,
    ),
    *("人工智能", "人", "人 工", "5000亿元", "a" * 201, "人" * 199, "2026", "2026-11-20", "2026-13-01"),
    *("2026-11-20T08:00:00Z", "2026-11-20T08:00:00+08:00", "9999-12-31T23:59:59-12:00", "10000-01-01"),
    *(
        "330000",
        "zj",
        "js",
        "ZJ",
        "yangtze-delta",
        "ai",
        "revenue",
        "zj-ai-terminals",
        "none",
        "..",
        "WyJ4Il0",
    ),
]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@cache
def known(schema: str) -> list[Any]:
    """List the values that a parameter's schema names: its words, its bounds, its examples."""
    read = json.loads(schema)
    inner = read.get("items", read)
    values = [*inner.get("enum", []), *read.get("examples", []), *inner.get("examples", [])]
    for bound in ("minimum", "maximum"):
        if bound in inner:
            values += [inner[bound] - 1, inner[bound], inner[bound] + 1]
    return [one for value in values for one in (value if isinstance(value, list) else [value])]


@st.composite
def requests(draw: st.DrawFn, document: dict[str, Any], cursors: dict[str, list[str]]) -> str:
    """Draw an address: a path of the document with some of its parameters, each right, odd or made up."""
    path = draw(st.sampled_from(sorted(path for path, one in document["paths"].items() if "get" in one)))
    parameters = document["paths"][path]["get"].get("parameters", [])
    target, pairs = path, []
    for one in parameters:
        schema = one["schema"]
        example = [
            *known(json.dumps({**schema, "examples": one.get("examples", schema.get("examples", []))}))
        ]
        if one["name"] == "cursor":
            example += cursors.get(path, [])
        odd = st.sampled_from(ODD)
        value = st.one_of(st.sampled_from(example), odd, TEXT) if example else st.one_of(odd, TEXT)
        if one["in"] == "path":
            # Steps that a client takes by itself would lead to another path.
            given = str(draw(value))
            step = "-" if given in {"", ".", ".."} else quote(given, safe="")
            target = target.replace(f"{{{one['name']}}}", step)
        elif draw(st.integers(0, 3)) == 0 or one.get("required", False):
            count = draw(st.sampled_from([1, 1, 1, 1, 2, 9])) if schema.get("type") == "array" else 1
            pairs += [(one["name"], str(draw(value))) for _ in range(count)]
    if draw(st.integers(0, 9)) == 0:
        pairs.append((draw(TEXT), draw(TEXT)))
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    return f"{target}?{query}" if query else target


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(databases: Databases, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    """Ask the application about the committed facts on either engine."""
    with asking(databases.seeded(request.param)) as asked:
        yield asked


def test_any_parameters_get_an_answer_as_documented(client: TestClient) -> None:
    """Each status is one of those that the document names for the path, and the body is what it says there."""
    document = client.get("/api/v1/openapi.json").json()
    cursors = {
        path: [
            client.get(f"{path}?limit=1{sort}").json().get("next") or "x" for sort in ("", "&sort=updated_at")
        ]
        for path, operations in document["paths"].items()
        if any(one["name"] == "cursor" for one in operations.get("get", {}).get("parameters", []))
    }
    seen: set[int] = set()

    @settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
    @given(requests(document, cursors))
    def ask(target: str) -> None:
        answer = client.get(target)
        seen.add(answer.status_code)
        path = next(one for one in document["paths"] if matches(one, target))
        said = document["paths"][path]["get"]["responses"][str(answer.status_code)]["content"]
        (media_type,) = said
        assert answer.headers["content-type"].partition(";")[0] == media_type
        if media_type.endswith("json") and not media_type.endswith("ndjson"):
            assert list(faults(document, said[media_type]["schema"], answer.json())) == []

    ask()
    assert seen >= {200, 404, 422}


def matches(path: str, target: str) -> bool:
    """Say whether a target is of a path, whose keys hold no slash."""
    parts, given_parts = path.split("/"), target.partition("?")[0].split("/")
    return len(parts) == len(given_parts) and all(
        part.startswith("{") or part == other for part, other in zip(parts, given_parts, strict=True)
    )
