"""The rules about people: roles, names, e-mail addresses, and which passwords are too weak."""

import pytest

from app.domain.errors import DomainError
from app.domain.people import check_password, clean_email, clean_name, login_of, may, role_through
from app.domain.vocabulary import Role, TokenScope


def test_a_role_includes_those_before_it() -> None:
    """An editor writes, a reviewer publishes too, an administrator looks after people too."""
    assert [[may(role, needed) for needed in Role] for role in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_a_token_lowers_its_owners_role() -> None:
    """It publishes if both may, and never looks after people."""
    assert {(role, scope): role_through(role, scope) for role in Role for scope in TokenScope} == {
        **{(role, scope): Role.EDITOR for role in Role for scope in TokenScope},
        (Role.REVIEWER, TokenScope.PUBLISH): Role.REVIEWER,
        (Role.ADMIN, TokenScope.PUBLISH): Role.REVIEWER,
    }


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("  Li   Wei ", "Li Wei"),
        ("王小明", "王小明"),
        ("Ｌｉ", "Li"),
        ("O'Brien-2", "O'Brien-2"),
        ("a@b.example", "a@b.example"),
    ],
)
def test_a_name_has_one_form(given: str, name: str) -> None:
    """Blanks are single, wide letters are as wide as others, and capitals make no other person."""
    assert clean_name(given) == name
    assert login_of(given) == login_of(name.upper())


@pytest.mark.parametrize(
    "given", ["", " ", "-", "a" * 61, "<b>", "a\x00b", "=1+1", "a\u202eb", "a\nb;", "李\u200b伟"]
)
def test_a_name_that_is_none_is_refused(given: str) -> None:
    """No markup, nothing that a spreadsheet computes, no signs that are not seen."""
    with pytest.raises(DomainError) as caught:
        clean_name(given)
    assert (caught.value.code, caught.value.problems[0].field) == ("bad_name", "name")


def test_an_address_is_one_and_cannot_add_headers() -> None:
    """What is mailed to goes to one reader."""
    assert (clean_email(" a@b.example "), clean_email(" "), clean_email(None)) == ("a@b.example", None, None)
    for wrong in (
        "a",
        "a@b",
        "a@b.example, c@d.example",
        "a@b.example\nBcc: c@d.example",
        "<a@b.example>",
        "@b.c",
    ):
        with pytest.raises(DomainError, match="bad_email"):
            clean_email(wrong)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("eleven char", "password_too_short"),
        ("x" * 257, "password_too_long"),
        ("password1234", "password_too_common"),
        ("qwertyuiop[]", "password_too_common"),
        ("aaaaaaaaaaaaaaaa", "password_too_common"),
        ("123456789012", "password_too_common"),
        ("xiaomingxiaoming", "password_too_common"),
        ("zhejiangmubiao", "password_too_common"),
        ("目标目标目标目标目标目标", "password_too_common"),
    ],
)
def test_a_weak_password_is_refused(password: str, code: str) -> None:
    """Short, long, common, a row of keys, one's own name, what this site is about."""
    with pytest.raises(DomainError) as caught:
        check_password(password, "XiaoMing")
    assert (caught.value.code, caught.value.problems[0].field) == (code, "password")


@pytest.mark.parametrize(
    "password",
    ["seven lanterns drift", "kX9#mPq2vL7w", "雨后青山看不厌，白鹭又归来", "seven lanterns drift " * 12],
)
def test_a_good_password_passes(password: str) -> None:
    """Words, signs, Chinese; nothing is asked of the kinds of characters."""
    check_password(password, "XiaoMing")
