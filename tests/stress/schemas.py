"""Answers held against the OpenAPI document: types, required and unknown fields, enumerations, patterns, ranges.

Only the words of JSON Schema that our document uses are understood; another one is an error.
"""

import re
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}
_REMARKS = {
    "title",
    "description",
    "examples",
    "default",
    "format",
    "contentMediaType",
    "minLength",
    "minItems",
}
_UNDERSTOOD = {"type", "$ref", "anyOf", "enum", "const", "properties", "required", "items", "pattern"}
_UNDERSTOOD |= {"additionalProperties", "prefixItems", "maxItems", "maxLength", "minimum", "maximum"}


def faults(document: Schema, schema: Schema, value: Any, at: str = "") -> Iterator[str]:
    """Yield where a value is not what the schema says."""
    unknown = schema.keys() - _UNDERSTOOD - _REMARKS
    assert not unknown, unknown
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from faults(document, document["components"]["schemas"][name], value, at)
    if "anyOf" in schema and all(list(faults(document, one, value, at)) for one in schema["anyOf"]):
        yield f"{at}: none of anyOf"
    if "type" in schema and not _is(schema["type"], value):
        yield f"{at}: {value!r:.80} is no {schema['type']}"
        return
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        yield f"{at}: {value!r:.80} is not in the enumeration"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{at}: {value!r:.80} does not match {schema['pattern']}"
    if isinstance(value, dict):
        yield from _fields(document, schema, value, at)
    if isinstance(value, list) and "items" in schema:
        for place, one in enumerate(value):
            yield from faults(document, schema["items"], one, f"{at}.{place}")


def _fields(document: Schema, schema: Schema, value: dict[str, Any], at: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    yield from (f"{at}.{name}: missing" for name in schema.get("required", ()) if name not in value)
    for name, one in value.items():
        if name in properties:
            yield from faults(document, properties[name], one, f"{at}.{name}")
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from faults(document, schema["additionalProperties"], one, f"{at}.{name}")
        elif "properties" in schema:
            yield f"{at}.{name}: not in the document"


def _is(name: str, value: Any) -> bool:
    """Say whether a value is of a type; a truth value is no number."""
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])
