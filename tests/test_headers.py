"""The headers that every answer carries.

That the middleware puts them on every answer is in `test_middleware`.
"""

from app.web.headers import ALLOW, OPEN, PREFLIGHT, SECURITY, completed, is_api, options


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


def test_options_answer_a_preflight_only_for_the_api() -> None:
    """Pages are not for other sites' scripts."""
    assert options("/api/v1/plans") == (ALLOW, *PREFLIGHT, *SECURITY, *OPEN)
    assert options("/zh/plans") == (ALLOW, *SECURITY)


def test_the_api_begins_at_its_documentation() -> None:
    """A path that merely begins with the same letters is not the API's."""
    paths = ["/api", "/api/v1/plans", "/apiary", "/zh/api"]
    assert [is_api(path) for path in paths] == [True, True, False, False]
