"""One module per screen, each with its blueprint `bp`; its templates lie in `fieldapp/laptop/templates`."""

from __future__ import annotations

from flask import Blueprint

from fieldapp.laptop.screens import conflicts, door, enrolling, households, scan, syncing, tasks, today

SCREENS: tuple[Blueprint, ...] = (
    door.bp,
    enrolling.bp,
    today.bp,
    households.bp,
    scan.bp,
    tasks.bp,
    syncing.bp,
    conflicts.bp,
)
