"""Paths: generic ("/data/child/name") and concrete ("/data/child[2]/name")."""

from __future__ import annotations

import re
from collections.abc import Mapping

NUMBERS = re.compile(r"\[\d+\]")
NUMBER = re.compile(r"\[(\d{1,4})\]")


def generic(path: str) -> str:
    """A path without the numbers of repeats."""
    return NUMBERS.sub("", path) if "[" in path else path


def occurrences(answers: Mapping[str, object]) -> dict[str, int]:
    """How many occurrences the paths of some answers need, by path of the repeat."""
    needed: dict[str, int] = {}
    for path, value in answers.items():
        if isinstance(value, int) and not isinstance(value, bool):
            needed[path] = max(needed.get(path, 0), value)
        for found in NUMBER.finditer(path):
            repeat = path[: found.start()]
            needed[repeat] = max(needed.get(repeat, 0), int(found[1]))
    return needed


def beside(path: str, concrete: str) -> str:
    """A generic path with the numbers of the repeats that it shares with a concrete one."""
    steps = path.split("/")
    for place, (wanted, given) in enumerate(zip(steps, concrete.split("/"), strict=False)):
        if generic(given) != wanted:
            break
        steps[place] = given
    return "/".join(steps)


def relative(path: str, concrete: str) -> str:
    """A path as written in a formula, seen from a concrete one."""
    path = path.strip().removeprefix("current()/")
    if path.startswith("/"):
        return beside(path, concrete)
    steps = concrete.split("/")
    for step in path.split("/"):
        steps = steps[:-1] if step == ".." else steps if step == "." else [*steps, step]
    return "/".join(steps)
