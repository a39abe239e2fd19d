"""Forms as a browser without scripts sends them: the fields of a page, changed, under one of its buttons.

What must come of it is in the tests.
"""

from collections.abc import Mapping
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from app.domain.schemas import PlanIn
from app.web.forms import Form
from tests.reading import Element, Page


def fields(page: Page, form: str = "plan-form") -> dict[str, str]:
    """Give what the fields of a form hold, by name, as a browser would send them."""
    found: dict[str, str] = {}
    for element in page.elements:
        name = element.attributes.get("name")
        above = _above(element)
        inside = any(one.tag == "form" and form in one.classes for one in above)
        if not name or not inside or any(one.tag == "template" for one in above):
            continue
        if element.tag == "textarea":
            found[name] = "".join(element.parts).removeprefix("\n")
        elif element.tag == "select":
            found[name] = _chosen(page, element)
        elif element.tag == "input" and (
            element.attributes.get("type") not in {"checkbox", "radio"} or "checked" in element.attributes
        ):
            found[name] = element.attributes.get("value", "")
    return found


def opened(client: TestClient, path: str) -> dict[str, str]:
    """Open a page and give its fields."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return fields(Page(answer.text))


def press(client: TestClient, path: str, sent: Mapping[str, str], deed: str, **changes: str) -> Response:
    """Send a form by one of its buttons, with other values in some of its fields."""
    data = {**sent, **{name.replace("__", "."): value for name, value in changes.items()}, "do": deed}
    return client.post(path, data=data, follow_redirects=False)


def said(html: str) -> list[str]:
    """List what the summary of a form says is wrong."""
    return [one.text for one in Page(html).all("li") if "data-code" in one.attributes]


def pressed(
    client: TestClient, path: str, sent: Mapping[str, str], deed: str, **changes: str
) -> dict[str, str]:
    """Send a form that comes back, and give its fields then."""
    answer = press(client, path, sent, deed, **changes)
    assert answer.status_code in {200, 422}, answer.text
    return fields(Page(answer.text))


def typed(data: Mapping[str, Any], sent: Mapping[str, str]) -> dict[str, str]:
    """Fill the form that was opened with a plan, as somebody who types it."""
    control = {name: sent[name] for name in ("form_key", "seen", "reason")}
    return {**control, **dict(Form.of_seed(data, PlanIn).pairs())}


def given(sent: Mapping[str, str]) -> dict[str, str]:
    """Leave out what is blank."""
    return {name: value for name, value in sent.items() if value}


def _above(element: Element) -> list[Element]:
    found = []
    while element.parent is not None:
        element = element.parent
        found.append(element)
    return found


def _chosen(page: Page, select: Element) -> str:
    options = [one for one in page.elements if one.tag == "option" and one.parent is select]
    chosen = [one for one in options if "selected" in one.attributes] or options
    return chosen[0].attributes["value"]
