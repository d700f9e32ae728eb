"""The five domain errors. Each speaks to a person in plain words; `fieldapp.web.errors` maps them to HTTP once."""

from __future__ import annotations

from collections.abc import Mapping


def N_(text: str) -> str:
    """Mark a sentence for translation where it is written; the web layer translates it where it is shown."""
    return text


class DomainError(Exception):
    """A sentence for the person at the screen, with named values to fill in (`N_("手机号是 %(n)s 位")`, n=10)."""

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text)
        self.text = text
        self.values = values


class NotFound(DomainError):
    """What was asked for is not on this machine, or not there at all (404)."""


class NotAllowed(DomainError):
    """The person may not see or do this (403)."""


class Invalid(DomainError):
    """What was entered cannot stand; `fields` names the places: {field: sentence or error} (422)."""

    def __init__(self, text: str, /, fields: Mapping[str, str | DomainError] | None = None, **values: object) -> None:
        super().__init__(text, **values)
        self.fields = dict(fields or {})


class Clash(DomainError):
    """It collides with what is already so: used code, second copy, newer database (409)."""


class Unavailable(DomainError):
    """It cannot be had now and may be later: locked, offline, busy (503)."""


# Finer cases of the five, which run.py tells apart by its exit code.


class WrongPassphrase(NotAllowed):
    """The passphrase opens nothing here."""


class NewerData(Clash):
    """The data was written by a newer version of the program."""


class SecondCopy(Clash):
    """Another copy of the program is using this data folder."""


class PortInUse(Clash):
    """Another program listens on this port."""


class RegistryUnreachable(Unavailable):
    """There is no way to the registry now."""
