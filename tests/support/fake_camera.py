"""A film for Chromium's fake camera: one still picture over and over, as uncompressed YUV4MPEG2 (.y4m)."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from fieldapp.domain.card_sheet import qr_modules
from tests.support.webcam import HD, Camera, Shot, card, expose

FRAMES_PER_SECOND = 10
# From closer than arm's length, a little askew: what the film shows is not what the study measures.
HELD_WELL = Shot(turn=6, tilt=(10, 5), blur=0.4, light=0.8, noise=4)


def film_of_card(path: Path, payload: str, camera: Camera = HD) -> Path:
    """Write a film of a door card with this code, seen from 30 cm."""
    return film(path, expose(card(qr_modules(payload)), camera, 300, HELD_WELL))


def film(path: Path, picture: Image.Image) -> Path:
    """Write a film that shows this picture; Chromium plays it in a loop. Both sides of the picture are even."""
    width, height = picture.size
    luma, blue, red = picture.convert("RGB").convert("YCbCr").split()
    colour = [plane.resize((width // 2, height // 2), Image.Resampling.BOX) for plane in (blue, red)]
    header = f"YUV4MPEG2 W{width} H{height} F{FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\n".encode()
    frame = b"FRAME\n" + b"".join(plane.tobytes() for plane in (luma, *colour))
    path.write_bytes(header + 2 * frame)
    return path


def flags(film: Path) -> tuple[str, ...]:
    """How Chromium is told to show the film instead of a camera; the page still has to be granted `camera`."""
    return ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}")
