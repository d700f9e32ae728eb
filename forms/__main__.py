"""python -m forms FILE...: check forms; exit code 1 when one of them cannot be filled."""

from __future__ import annotations

import sys
from pathlib import Path

from forms import load_form
from forms.check import ERROR, check


def main(names: list[str]) -> int:
    """Print the problems of each file."""
    failed = False
    for name in names:
        problems = check(Path(name), load_form)
        failed = failed or any(problem.severity == ERROR for problem in problems)
        for problem in problems:
            sys.stdout.write(f"{name}: {problem.severity}: {problem}\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
