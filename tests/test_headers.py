"""The headers that every answer carries.

That the middleware puts them on every answer is in `test_middleware`.
"""

import pytest

from app.web.headers import OPEN, PREFLIGHT, SECURITY, completed, in_one_line, is_api, options


def test_a_page_gets_the_security_headers_after_its_own() -> None:
    """A page's headers are its own, those asked for, and the security headers."""
    own, asked = (b"content-type", b"text/html"), (b"cache-control", b"no-cache")
    assert completed("/zh/compare", [own], asked) == (own, asked, *SECURITY)


def test_the_api_is_open_to_scripts_from_anywhere() -> None:
    """Answers under /api carry the headers that let other sites read them."""
    assert completed("/api/v1/plans", []) == (*SECURITY, *OPEN)


def test_what_a_route_says_itself_stays() -> None:
    """A header of the route's is neither replaced nor doubled."""
    own = ((b"cache-control", b"no-store"), (SECURITY[0][0], b"default-src 'self'"))
    assert completed("/zh/", own, (b"cache-control", b"no-cache")) == (*own, *SECURITY[1:])


def test_a_routers_allow_names_what_the_middleware_answers() -> None:
    """HEAD and OPTIONS stand beside GET; where there is no GET, nothing is added."""
    assert completed("/zh/", [(b"allow", b"GET")])[0] == (b"allow", b"GET, HEAD, OPTIONS")
    assert completed("/zh/", [(b"allow", b"GET, HEAD")])[0] == (b"allow", b"GET, HEAD, OPTIONS")
    assert completed("/zh/", [(b"allow", b"POST")])[0] == (b"allow", b"POST")


def test_methods_are_always_named_in_the_same_order() -> None:
    """A router that keeps them in a set says them in any order."""
    said = {completed("/zh/", [(b"allow", each)])[0] for each in (b"GET, HEAD", b"HEAD, GET", b"HEAD,GET")}
    assert said == {(b"allow", b"GET, HEAD, OPTIONS")}


@pytest.mark.parametrize(
    ("said", "leads"),
    [
        (b"http://evil.example/zh/", b"/zh/"),
        (b"http://127.0.0.1:8000/zh/plans?q=http://a/b", b"/zh/plans?q=http://a/b"),
        (b"https://evil.example//other.example/", b"/other.example/"),
        (b"http://evil.example", b"/"),
        (b"/zh/?a=b", b"/zh/?a=b"),
    ],
)
def test_a_redirect_stays_under_the_readers_address(said: bytes, leads: bytes) -> None:
    """Whatever host a request named, and whatever stands in front of us, only the path is said."""
    assert completed("/zh", [(b"location", said)])[0] == (b"location", leads)


def test_a_list_sent_in_several_lines_is_one() -> None:
    """The lines come together in their order and in lower case; other headers stay as they are."""
    host = (b"host", b"A")
    given = [(b"accept-language", b"fr, zh-CN;Q=0.9"), host, (b"accept-language", b"EN;q=0.5")]
    assert in_one_line(given, b"accept-language") == [
        host,
        (b"accept-language", b"fr, zh-cn;q=0.9, en;q=0.5"),
    ]
    assert in_one_line([host], b"accept-language") == [host]


def test_options_answer_a_preflight_only_for_the_api() -> None:
    """Pages are not for other sites' scripts."""
    allow = (b"allow", b"GET, HEAD, OPTIONS, POST")
    assert options("/api/v1/plans", {"POST", "GET"}) == (allow, *PREFLIGHT, *SECURITY, *OPEN)
    assert options("/zh/plans", ["GET", "POST"]) == (allow, *SECURITY)
    assert dict(PREFLIGHT)[b"access-control-allow-methods"] == b"GET, HEAD"


def test_the_api_begins_at_its_documentation() -> None:
    """A path that merely begins with the same letters is not the API's."""
    paths = ["/api", "/api/v1/plans", "/apiary", "/zh/api"]
    assert [is_api(path) for path in paths] == [True, True, False, False]
