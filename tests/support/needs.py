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
    """Something outside Python: whether it is there, the packages that bring it, and what it is for."""

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
    Need("Chromium", lambda: chromium() is not None, ("chromium",), "the browser tests click through the real screens"),
    Need("a Chinese font", has_chinese_font, ("fontconfig", "fonts-noto-cjk"), "the screens are Chinese"),
)


def _apt() -> list[str] | None:
    """How apt-get may be called here without asking anybody, or None."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    allowed = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n", "apt-get"] if allowed and allowed.returncode == 0 else None


def _install(apt: list[str], packages: list[str]) -> None:
    subprocess.run([*apt, "update", "-qq"], check=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*apt, "install", "-y", "-qq", "--no-install-recommends", *packages], check=True, env=quiet)


def main() -> int:
    """0 when everything is there in the end."""
    missing = [need for need in NEEDS if not need.is_met()]
    apt = _apt()
    if missing and apt:
        try:
            _install(apt, [package for need in missing for package in need.packages])
        except subprocess.CalledProcessError as error:
            sys.stderr.write(f"apt-get did not succeed ({error}).\n")
        missing = [need for need in missing if not need.is_met()]
    for need in missing:
        command = f"apt install {' '.join(need.packages)}"
        sys.stderr.write(f"The tests need {need.name}: {need.reason}. On Debian or Ubuntu: {command}\n")
    if any(need.name == "Chromium" for need in missing):
        sys.stderr.write("A browser in another place can be named: make test CHROMIUM=/path/to/chromium\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
