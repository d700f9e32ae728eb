"""Checks of what was typed into a record: each value in one form, or a sentence at its place. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from fieldapp.domain import identity
from fieldapp.domain.differences import plain
from fieldapp.errors import N_, DomainError, Invalid
from sync.change import Value, Write
from sync.schema import type_of

Check = Callable[[Any, date], Value]

PHONES = ("phone", "father_phone", "mother_phone", "guardian_phone")

# What a field that the record type refuses is told, by the rule's code (sync.schema).
PROBLEMS = {
    "unknown_field": N_("这一项不能这样填"),
    "bad_value": N_("这个值不能用。请从列表里选，或者改短一些"),
}


def _past_day(value: Any, today: date) -> Value:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise Invalid(N_("日期写成 2016-05-12 这样")) from None
    if day > today:
        raise Invalid(N_("日期不能晚于今天。再核对一遍"))
    return day.isoformat()


def _phone(value: Any, today: date) -> Value:
    return identity.phone(str(value))


def _count(value: Any, today: date) -> Value:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit()) or int(text) > 99:
        raise Invalid(N_("人数写 0 到 99 的数字"))
    return int(text)


CHECKS: dict[str, Check] = {
    **dict.fromkeys(PHONES, _phone),
    "birth_date": _past_day,
    "last_contact_on": _past_day,
    "registration_count": _count,
}


def checked(kind: str, given: Mapping[str, Any], today: date, required: Collection[str] = ()) -> dict[str, Value]:
    """The given values of a record of this type, each in one form; an empty one stays "not collected".

    Raises Invalid with a sentence at every field that cannot stand.
    """
    values: dict[str, Value] = {}
    problems: dict[str, str | DomainError] = {}
    for name, value in given.items():
        try:
            values[name] = _one(kind, name, value, today, given)
        except Invalid as error:
            problems[name] = error
    problems |= {name: N_("这一项要填") for name in required if name not in problems and not values.get(name)}
    if problems:
        raise Invalid(N_("有几处要改，改好再存一次"), fields=problems)
    return values


def _one(kind: str, name: str, value: Any, today: date, given: Mapping[str, Any]) -> Value:
    value = plain(value)
    if value is None:
        return None
    if name == "id_number" and (given.get("id_type") or "resident_id") == "resident_id":
        return identity.check(str(value), today).number
    check = CHECKS.get(name)
    found: Value = check(value, today) if check else value
    problem = type_of(kind).problems({name: Write(found)}).get(name)
    if problem:
        raise Invalid(PROBLEMS[problem])
    return found


def tidy(name: str, value: Any) -> Value:
    """A value that a form has let pass, in one form where records have one: a number typed with spaces is the same."""
    found: Value = plain(value)
    if name not in PHONES or not isinstance(found, str):
        return found
    try:
        return identity.phone(found)
    except Invalid:
        return found  # the form's rule is wider than ours: a local number without its area code
