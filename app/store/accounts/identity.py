"""Who someone turned out to be, however it was proved.

Which proofs there are is said in `sign_ins` and `tokens`.
"""

from dataclasses import dataclass

from app.domain.vocabulary import Role, TokenScope


@dataclass(frozen=True, slots=True)
class Identity:
    """A person who is let in: `role` is what may be done now, through a token less than the person may.

    `sign_in` numbers the browser, `scope` is a token's; one of the two is there.
    """

    id: int
    name: str
    role: Role
    sign_in: int | None = None
    scope: TokenScope | None = None
