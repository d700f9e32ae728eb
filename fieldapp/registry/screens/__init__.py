"""One module per screen, each with its blueprint `bp`; its templates lie in `fieldapp/registry/templates`."""

from __future__ import annotations

from flask import Blueprint

from fieldapp.registry.screens import (
    children,
    conflicts,
    door,
    enrolling,
    households,
    laptops,
    mend,
    overview,
    staff,
    submissions,
    visits,
)

SCREENS: tuple[Blueprint, ...] = (
    door.bp, enrolling.bp, overview.bp, children.bp, households.bp, visits.bp, submissions.bp, mend.bp, conflicts.bp,
    laptops.bp, staff.bp,
)  # fmt: skip
