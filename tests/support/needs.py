"""What the browser tests need of the system: Chromium and a Chinese font. Run as a program, it sees to both.

On Debian and Ubuntu they are installed through apt where that is allowed; elsewhere it says what is missing and why.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Need:
    """Something outside Python: whether it is there, what brings it (one way, or else the next), and what it is for."""

    name: str
    is_met: Callable[[], bool]
    packages: tuple[str, ...]
    reason: str


def chromium() -> str | None:
    """The Chromium to test with: the variable CHROMIUM, or the first one that is found and starts."""
    named = os.environ.get("CHROMIUM")
    candidates = (named,) if named else (shutil.which(name) for name in NAMES)
    return next((path for path in candidates if path and _starts(path)), None)


def _starts(path: str) -> bool:
    """On Ubuntu `chromium-browser` may be a mere pointer to a snap, which only says so."""
    try:
        run = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return run.returncode == 0 and "Chrom" in run.stdout


def has_chinese_font() -> bool:
    """Without one every Chinese character is the same empty box, and no screenshot can be judged."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True, check=True).stdout.strip())


NEEDS = (
    # Debian's name, then Ubuntu's, where the package fetches a snap
    Need(
        "Chromium", lambda: chromium() is not None, ("chromium", "chromium-browser"), "they click through the screens"
    ),
    Need("a Chinese font", has_chinese_font, ("fontconfig fonts-noto-cjk",), "the screens are Chinese"),
)


def _apt() -> list[str] | None:
    """How apt-get may be called here without asking anybody, or None."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    allowed = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n", "apt-get"] if allowed and allowed.returncode == 0 else None


def _install(apt: list[str], need: Need) -> bool:
    """Try one way after the other; whether the need is met in the end."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for packages in need.packages:
        command = [*apt, "install", "-y", "-qq", "--no-install-recommends", *packages.split()]
        subprocess.run(command, check=False, env=quiet)
        if need.is_met():
            return True
    return False


def main() -> int:
    """0 when everything is there in the end."""
    missing = [need for need in NEEDS if not need.is_met()]
    apt = _apt()
    if missing and apt:
        subprocess.run([*apt, "update", "-qq"], check=False)
        missing = [need for need in missing if not _install(apt, need)]
    for need in missing:
        command = " || ".join(f"apt install {packages}" for packages in need.packages)
        sys.stderr.write(f"The tests need {need.name}: {need.reason}. On Debian or Ubuntu: {command}\n")
    if any(need.name == "Chromium" for need in missing):
        sys.stderr.write("A browser in another place can be named: make test CHROMIUM=/path/to/chromium\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
