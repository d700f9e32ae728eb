"""One module per screen, each with its blueprint `bp`; its templates lie in `fieldapp/laptop/templates`."""

from __future__ import annotations

from flask import Blueprint

from fieldapp.laptop.screens import (
    cards,
    conflicts,
    door,
    enrolling,
    forms,
    households,
    people,
    scan,
    syncing,
    tasks,
    today,
    visits,
)

SCREENS: tuple[Blueprint, ...] = (
    door.bp,
    enrolling.bp,
    today.bp,
    households.bp,
    people.bp,
    visits.bp,
    forms.bp,
    cards.bp,
    scan.bp,
    tasks.bp,
    syncing.bp,
    conflicts.bp,
)
