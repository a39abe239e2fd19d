"""The API's documentation: an OpenAPI 3.1 document that says something of every field, and a page made from it.

That answers are as documented is tested here too; what they contain, in `test_api`.
"""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.domain import validation
from app.domain.errors import Problem
from app.exchange.package.files import FILES
from app.i18n import LANGS, problem_sentence
from app.store import failures
from app.web.api.codes import CODES, WRITE_CODES, codes_of
from app.web.api.tables import FORMS
from tests.clients import asking
from tests.databases import Databases

Schema = dict[str, Any]
KINDS = ("region", "organization", "topic", "metric", "source", "plan", "observation", "assessment")
STEPS = ("submit", "send-back", "publish", "discard", "restore", "seed", "revisions", "revisions/{version}")
REQUIRED: dict[str, Any] = {
    "/api/v1/compare": {"region": ["zj", "js"]},
    "/api/v1/regions/suggest": {"q": "zj"},
    "/api/v1/search": {"q": "ai"},
}
"""What the paths ask for that answer nothing without."""


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """Ask the application about the committed facts; the engine makes no difference here."""
    with asking(databases.seeded("sqlite")) as asked:
        yield asked


@pytest.fixture(scope="module")
def document(client: TestClient) -> Schema:
    """Read the document."""
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: Schema = answer.json()
    return found


MADE = {f"/api/v1/{kind}s" for kind in KINDS}
"""Where new entities are made."""


def operations(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Give path, method and description of everything that can be asked for."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def reads(document: Schema) -> Iterator[tuple[str, Schema]]:
    """Give the paths that anyone may read, and what is said of them."""
    for path, method, operation in operations(document):
        if method == "get" and "security" not in operation:
            yield path, operation


def refers(schema: Schema) -> bool:
    """Say whether a field's values are described, with examples, by another schema."""
    inner = [*schema.get("anyOf", ()), schema.get("items", {})]
    return "$ref" in schema or any(refers(one) for one in inner if one)


def misfits(value: Any, schema: Schema, document: Schema, where: str) -> Iterator[str]:
    """Name the places at which a value is not of its schema: other fields, another type, an unknown word."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    if "anyOf" in schema:
        schema = next(one for one in schema["anyOf"] if (one == {"type": "null"}) == (value is None))
        yield from misfits(value, schema, document, where)
    elif "properties" in schema:
        if value.keys() != schema["properties"].keys():
            yield where
        for field, said in schema["properties"].items():
            yield from misfits(value.get(field), said, document, f"{where}.{field}")
    elif schema["type"] == "array":
        for number, one in enumerate(value):
            yield from misfits(one, schema["items"], document, f"{where}.{number}")
    elif not is_one(value, schema):
        yield where


def is_one(value: Any, schema: Schema) -> bool:
    """Say whether a plain value is of its type, among the words, of the pattern."""
    kinds = {"integer": int, "boolean": bool, "null": type(None), "string": str}
    return (
        isinstance(value, kinds[schema["type"]])
        and value in schema.get("enum", [value])
        and re.search(schema.get("pattern", ""), str(value)) is not None
    )


def test_every_field_and_parameter_is_described_with_an_example(document: Schema) -> None:
    """A field that holds another schema leaves the examples to that one."""
    silent = [
        (path, parameter["name"])
        for path, _, operation in operations(document)
        for parameter in operation.get("parameters", ())
        if not parameter.get("description") or not parameter["schema"].get("examples")
    ]
    silent += [
        (name, field)
        for name, schema in document["components"]["schemas"].items()
        for field, said in schema.get("properties", {}).items()
        if not said.get("description") or not (said.get("examples") or refers(said))
    ]
    silent += [
        (name, "")
        for name, schema in document["components"]["schemas"].items()
        if not schema.get("description")
    ]
    silent += [(path, "") for path, _, operation in operations(document) if not operation.get("description")]
    assert silent == []


def test_the_document_is_openapi_3_1_and_names_every_collection(document: Schema) -> None:
    """Ten collections, each with its items, the comparison, the summaries; nothing of the pages."""
    names = [
        "regions",
        "topics",
        "metrics",
        "organizations",
        "sources",
        "plans",
        "targets",
        "deadlines",
        "observations",
        "measures",
    ]
    expected = {f"/api/v1/{name}{key}" for name in names for key in ("", "/{key}")} | {
        "/api/v1/compare",
        "/api/v1/regions/suggest",
        "/api/v1/search",
        "/api/v1/coverage",
        "/api/v1/changes",
    }
    expected |= {f"/api/v1/{name}.{form}" for name in (*names, "compare") for form in FORMS}
    expected |= {
        f"/api/v1/{name}{ending}"
        for name in ("package.zip", "mubiao.sqlite", "seeds.zip")
        for ending in ("", ".sha256")
    }
    expected |= {"/api/v1/releases", "/api/v1/releases/{key}", "/api/v1/releases/{key}/{file}"}
    ones = {f"/api/v1/{kind}s/{{key}}" for kind in KINDS[:-1]} | {"/api/v1/assessments/{region}/{topic}"}
    expected |= {"/api/v1/assessments", "/api/v1/import", *ones}
    expected |= {f"{one}/{step}" for one in ones for step in STEPS}
    assert document["openapi"] == "3.1.0"
    assert document["paths"].keys() == expected


def test_references_in_the_document_lead_somewhere(document: Schema) -> None:
    """Every schema that is referred to is there, and every one there is referred to."""
    named = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert named == document["components"]["schemas"].keys()


def test_errors_are_documented_as_what_they_are(document: Schema) -> None:
    """Every operation names its errors as problem+json of one shape; single entities can be missing or gone."""
    always = {"400", "414", "422", "500", "503"}
    for path, method, operation in operations(document):
        said = operation["responses"]
        expected = always | {"202"} | ({"404", "410"} if "{key}" in path and method == "get" else set())
        expected |= {"501"} if path.endswith(".parquet") else set()
        expected |= {"206", "416"} if path.rpartition("/")[2] in {"{file}", *FILES} else set()
        if "security" in operation:
            expected = always | {"401", "403", "404"}
        if method != "get":
            expected |= {"409", "412", "413", "415", "428"}
        (good,) = said.keys() - expected
        assert (good, said.keys() >= expected) == (
            "201" if path in MADE and method == "post" else "200",
            True,
        ), path
        for status, response in said.items():
            # Parts of a file are files too, and where there is none nothing is sent.
            if status not in {good, "206", "416"}:
                assert response["content"] == {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemView"}}
                }


def test_writes_are_documented_with_their_content(document: Schema) -> None:
    """What is sent is of the schema that all doors share; who sends it has a token; a change names its version."""
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, method, operation in operations(document):
        if method == "get" and not path.endswith(("/seed", "/revisions", "/revisions/{version}")):
            assert "security" not in operation
            continue
        assert operation["security"] == [{"token": []}]
        names = {parameter["name"]: parameter for parameter in operation["parameters"]}
        if method != "get":
            assert {"reason", "Idempotency-Key"} <= names.keys(), path
        if method != "get" and path not in MADE and not path.endswith("/import"):
            assert "If-Match" in names, path
        content = operation.get("requestBody", {}).get("content", {})
        if method == "put" or path in MADE:
            kind = path.split("/")[3].removesuffix("s").title()
            assert content == {"application/json": {"schema": {"$ref": f"#/components/schemas/{kind}In"}}}
        else:
            assert set(content) == (
                {"application/json", "application/yaml"} if path.endswith("/import") else set()
            )


def test_documented_examples_are_accepted(client: TestClient, document: Schema) -> None:
    """Each parameter's example is of its form: what it names may be unknown, a day before the data, but nothing else is wrong."""
    for path, operation in reads(document):
        if "{key}" in path:
            continue
        examples = {one["name"]: one["schema"]["examples"][0] for one in operation["parameters"]}
        # Files are large: what they may be asked is asked all at once.
        alone = [examples] if "." in path else [{name: example} for name, example in examples.items()]
        for given in alone:
            asked = {**REQUIRED.get(path.partition(".")[0], {}), **given}
            answer = client.get(path, params=asked)
            codes = (
                set() if answer.status_code == 200 else {error["code"] for error in answer.json()["errors"]}
            )
            assert {code for code in codes if not code.startswith("unknown_")} <= {
                "bad_cursor",
                "as_of_before_data",
            }, (
                path,
                asked,
            )


def test_answers_are_of_their_schema(client: TestClient, document: Schema) -> None:
    """Each answer has exactly the fields that the document gives it, as deep as it goes."""
    for path, operation in reads(document):
        content = operation["responses"]["200"]["content"]
        # The committed facts have no release; its answers are looked at in `test_whole_api`.
        if "application/json" not in content or path == "/api/v1/releases/{key}":
            continue
        schema = content["application/json"]["schema"]
        address = path
        if "{key}" in path:
            first = client.get(path.removesuffix("/{key}"), params={"limit": 1}).json()["items"][0]
            key = next(first[name] for name in ("id", "public_id", "code", "slug") if name in first)
            address = path.replace("{key}", key)
        answer = client.get(address, params=REQUIRED.get(path.partition(".")[0]))
        assert answer.status_code == 200, answer.text
        assert list(misfits(answer.json(), schema, document, path)) == []


def test_the_page_shows_all_of_the_document(client: TestClient, document: Schema) -> None:
    """Every path, schema and code has its place and can be linked to; nothing is loaded from elsewhere."""
    answer = client.get("/api")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = answer.text
    anchors = set(re.findall(r' id="([^"]+)"', page))
    codes = {code for codes in (CODES, WRITE_CODES) for listed in codes.values() for code in listed}
    assert document["components"]["schemas"].keys() <= anchors
    assert codes <= anchors
    heads = {f"{method.upper()} {path}" for path, method, _ in operations(document)}
    assert {head for head in heads if f"<code>{head}</code>" not in page} == set()
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links <= anchors
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', page) == []


def test_the_document_names_the_codes_of_each_status(document: Schema) -> None:
    """Who reads only the document learns which codes can come, and that a parameter's name may be unknown too."""
    for path, method, operation in operations(document):
        for status, said in operation["responses"].items():
            named = re.findall(r"[a-z_0-9]+", said["description"].partition("Codes: ")[2])
            assert tuple(named) == codes_of(method, int(status)), (path, status)
    assert CODES.keys() < WRITE_CODES.keys()


def test_every_code_of_the_rules_is_documented() -> None:
    """What the schemas and the service may refuse is told to those who write."""
    told = {code for listed in WRITE_CODES.values() for code in listed}
    found = set(validation._CODES.values())
    for part in ("domain/schemas.py", "domain/figures.py", "domain/dates.py", "store/service"):
        place = Path(inspect.getfile(validation)).parents[1] / part
        for file in place.rglob("*.py") if place.is_dir() else [place]:
            text = file.read_text(encoding="utf-8")
            found |= set(re.findall(r'(?:Problem|Error|PydanticCustomError)\(\s*"([a-z_]+)"', text))
    assert found - told == set()


def test_whatever_a_database_refuses_is_among_the_codes() -> None:
    """Every code with which the store says that it cannot serve is documented under 503."""
    store = Path(inspect.getfile(failures)).parent
    said = {*failures._SQLITE.values(), *failures._POSTGRESQL.values()}
    for path in store.rglob("*.py"):
        said |= set(re.findall(r'UnavailableError\(\s*"(\w+)"', path.read_text(encoding="utf-8")))
    assert said == set(CODES[503]) - {"files_busy"}


def test_no_parameter_may_be_null(document: Schema) -> None:
    """In a query there is no null; and a point in time is written as a day or an instant."""
    parameters = [
        parameter for _, _, operation in operations(document) for parameter in operation.get("parameters", ())
    ]
    assert [one["name"] for one in parameters if "null" in str(one["schema"])] == []
    forms = {str(one["schema"]["anyOf"]) for one in parameters if one["name"] == "updated_since"}
    assert forms == {str([{"type": "string", "format": form} for form in ("date", "date-time")])}


def test_the_document_takes_no_parameters(client: TestClient) -> None:
    """It is refused with one, like every other address of the API."""
    answer = client.get("/api/v1/openapi.json?x=1")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_parameter")
    assert answer.json()["detail"] == "There is no parameter “x” here; this address takes none."


@pytest.mark.parametrize("lang", LANGS)
def test_every_code_has_a_sentence_of_its_own(lang: Any) -> None:
    """What `type` links to is explained in both languages."""
    codes = [code for listed in WRITE_CODES.values() for code in listed]
    nothing = problem_sentence(lang, Problem("no_such_code"))
    unsaid = [
        code
        for code in codes
        if problem_sentence(lang, Problem(code)).replace(code, "") == nothing.replace("no_such_code", "")
    ]
    assert unsaid == []
