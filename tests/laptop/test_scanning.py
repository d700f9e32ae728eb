from __future__ import annotations

import os
import struct
import sys
import tempfile
import zlib
from io import BytesIO
from random import Random

import pytest
from PIL import Image

from fieldapp.domain.card_sheet import qr_modules
from fieldapp.errors import Invalid
from fieldapp.laptop import scanning
from tests.support.webcam import HD, VGA, Camera, Shot, card, photograph

PAYLOAD = "771" + "".join(Random(1).choices("0123456789", k=199))
FACE = card(qr_modules(PAYLOAD))
STEADY = Shot(turn=5, blur=0.4, noise=3)
DARK_AND_BLURRED = Shot(blur=2.3, light=0.6, noise=18, off_centre=(0.3, 0.25))


def as_file(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that would unpack into a picture of this size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (header, data, b"IEND")
    )


@pytest.mark.parametrize(("camera", "distance"), [(VGA, 200), (HD, 300), (HD, 450)])
def test_a_card_held_before_a_webcam_is_read(camera: Camera, distance: int) -> None:
    assert scanning.decode(photograph(FACE, camera, distance, STEADY), thorough=False) == [PAYLOAD]


def test_a_card_at_arms_length_is_read_by_enlarging_the_middle_of_the_frame() -> None:
    frame = photograph(FACE, HD, 620, Shot(turn=3, blur=0.8, noise=4))
    assert scanning._read(scanning._open(frame)) == []
    assert scanning.decode(frame, thorough=False) == [PAYLOAD]


def test_most_hasty_frames_at_half_a_metre_are_read() -> None:
    shots = [Shot.by_chance(Random(seed)) for seed in range(6)]
    read = [scanning.decode(photograph(FACE, HD, 480, shot), thorough=False) == [PAYLOAD] for shot in shots]
    assert sum(read) >= 5


def test_a_photo_that_one_frame_would_not_give_is_read_thoroughly() -> None:
    photo = photograph(FACE, Camera("phone", 2400, 1800), 350, DARK_AND_BLURRED)
    assert scanning.decode(photo, thorough=False) == []
    assert scanning.decode(photo, thorough=True) == [PAYLOAD]


def test_a_picture_without_a_code_gives_nothing() -> None:
    empty = photograph(Image.new("L", FACE.size, 250), HD, 400, STEADY)
    assert scanning.decode(empty, thorough=False) == []
    assert scanning.decode(empty, thorough=True) == []


def test_other_codes_than_qr_are_not_looked_for() -> None:
    assert scanning.decode(as_file(Image.new("L", (300, 300), 255)), thorough=True) == []


def test_every_code_in_the_picture_is_named() -> None:
    both = Image.new("L", (FACE.width, FACE.height * 2), 255)
    both.paste(FACE, (0, 0))
    both.paste(card(qr_modules("SOMETHING ELSE")).resize(FACE.size), (0, FACE.height))
    assert sorted(scanning.decode(as_file(both), thorough=False)) == [PAYLOAD, "SOMETHING ELSE"]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "1", "L"])
def test_pictures_of_any_kind_of_colour_are_read(mode: str) -> None:
    assert scanning.decode(as_file(FACE.convert(mode)), thorough=False) == [PAYLOAD]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phone_may_have_been_held_any_way_up(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = as_file(FACE.convert("RGB"), "JPEG", quality=90, exif=exif)
    upright = scanning._open(photo)
    assert (upright.width > upright.height) == (orientation <= 4)
    assert scanning.decode(photo, thorough=True) == [PAYLOAD]


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("exif", [b"Exif\0\0MM\0*\0\0\0\x08\0\x09", b"Exif\0\0", b"Exif\0\0no such thing"])
def test_a_photo_with_broken_notes_from_the_camera_is_read_all_the_same(exif: bytes) -> None:
    assert scanning.decode(as_file(FACE, "JPEG", exif=exif), thorough=False) == [PAYLOAD]


@pytest.mark.parametrize(
    "bytes_",
    [
        b"",
        b"no picture at all",
        as_file(Image.new("RGB", (40, 40)), "GIF"),
        as_file(FACE)[:600],
        as_file(FACE, "JPEG")[:900],
    ],
    ids=["empty", "text", "gif", "half a png", "half a jpeg"],
)
def test_what_is_no_whole_picture_is_explained(bytes_: bytes) -> None:
    with pytest.raises(Invalid, match="打不开"):
        scanning.decode(bytes_, thorough=True)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_damaged_picture_is_read_or_explained() -> None:
    whole = as_file(FACE, "JPEG")
    rng = Random(7)
    for _ in range(60):
        broken = bytearray(whole)
        for _ in range(20):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        try:
            scanning.decode(bytes(broken), thorough=False)
        except Invalid as error:
            assert "照片" in error.text


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (100_000, 700), (9_000, 8_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(width: int, height: int) -> None:
    with pytest.raises(Invalid) as caught:
        scanning.decode(png_that_claims(width, height), thorough=True)
    assert "照片" in caught.value.text


def test_a_huge_file_is_refused_before_it_is_opened() -> None:
    with pytest.raises(Invalid, match="太大"):
        scanning.decode(bytes(scanning.MAX_BYTES + 1), thorough=True)


def test_no_file_is_opened_for_writing() -> None:
    photo = photograph(FACE, HD, 300, STEADY)
    written: list[object] = []
    watching = True

    def watch(event: str, args: tuple[object, ...]) -> None:
        if watching and event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR):
            written.append(args[0])

    sys.addaudithook(watch)
    assert scanning.decode(photo, thorough=True) == [PAYLOAD]
    during = list(written)
    with tempfile.TemporaryFile():
        watching = False
    assert during == []
    assert written, "the watch sees nothing"
