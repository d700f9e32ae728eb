from __future__ import annotations

import pytest

from fieldapp.domain import roles
from fieldapp.domain.roles import User
from fieldapp.errors import NotAllowed

VILLAGE = "500110101200"


def user(*held: str, areas: tuple[str, ...] = ("500110101",)) -> User:
    return User("U", "陈小莉", "chenxiaoli", held, areas)


def test_a_caseworker_works_in_her_own_area_only() -> None:
    assert roles.may(user("caseworker"), "edit", VILLAGE)
    assert not roles.may(user("caseworker"), "edit", "500110102201")


@pytest.mark.parametrize(
    ("role", "action", "allowed"),
    [
        ("caseworker", "devices", False),
        ("supervisor", "devices", True),
        ("supervisor", "users", False),
        ("county", "users", True),
        ("city", "view", True),
        ("city", "edit", False),
        ("auditor", "audit", True),
        ("auditor", "view", False),
    ],
)
def test_the_table_of_roles(role: str, action: str, allowed: bool) -> None:
    assert roles.may(user(role), action, VILLAGE) is allowed


def test_what_is_not_in_the_table_is_denied() -> None:
    assert not roles.may(user("county"), "erase_everything", VILLAGE)
    assert not roles.may(user("king"), "view", VILLAGE)
    assert not roles.may(user(), "view", VILLAGE)


def test_no_area_covers_nothing() -> None:
    assert not roles.may(user("county", areas=()), "view", VILLAGE)
    assert not roles.may(user("county", areas=("",)), "view", VILLAGE)


def test_several_roles_add_up_and_the_furthest_reaching_names_her() -> None:
    both = user("auditor", "supervisor")
    assert roles.may(both, "audit", VILLAGE)
    assert roles.may(both, "devices", VILLAGE)
    assert both.role == "supervisor"
    assert str(both.role_words) == "儿童督导员"


def test_a_denied_action_speaks_to_the_person() -> None:
    with pytest.raises(NotAllowed) as refused:
        roles.require(user("caseworker"), "edit", "500112001001")
    assert "督导员" in refused.value.text
