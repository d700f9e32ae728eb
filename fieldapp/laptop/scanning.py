"""Find QR codes in a webcam's frame or a photo. Everything stays in memory: a picture of a door is personal data."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from io import BytesIO

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from fieldapp.errors import N_, Invalid

MAX_BYTES = 20 * 1024 * 1024
# A phone's largest ordinary photo has 50 million pixels; as grey that is 50 MB of memory.
MAX_PIXELS = 64_000_000
# A photo is read at about this size first: enlarging or sharpening more than this only costs time.
WORKING_PIXELS = 4_000_000

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

# What Pillow raises on files that are broken or made to harm (it has no common ancestor for them).
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)


def decode(image_bytes: bytes, thorough: bool) -> list[str]:
    """The texts of the QR codes in a JPEG or PNG picture; empty if there are none.

    `thorough` is for a photo that somebody chose: it tries every treatment (up to 3 s). Frames of a running camera
    get the two that help most (10 to 40 ms): the next frame comes anyway. Raises Invalid if it is no such picture.
    """
    picture = _open(image_bytes)
    for treated in (_photo if thorough else _frame)(picture):
        if texts := _read(treated):
            return texts
    return []


def _open(image_bytes: bytes) -> Image.Image:
    """The picture in grey, upright; its size is judged from the header, before any pixel is unpacked."""
    if len(image_bytes) > MAX_BYTES:
        raise Invalid(N_("照片太大（超过 %(mb)s MB）。请把照片调小，或对着门牌卡重拍一张。"), mb=MAX_BYTES // 1024**2)
    try:
        picture = Image.open(BytesIO(image_bytes), formats=("JPEG", "PNG"))
        if picture.width * picture.height > MAX_PIXELS:
            raise Invalid(N_("照片的尺寸太大。请把照片调小，或对着门牌卡重拍一张。"))
        picture.draft("L", picture.size)
        picture.load()
    except _UNREADABLE:
        raise Invalid(N_("这个文件打不开，不是完整的 JPEG 或 PNG 照片。请换一张照片，或重拍一张。")) from None
    return _upright(picture).convert("L")


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera's notes say; broken notes are no reason to lose a good photo."""
    try:
        return ImageOps.exif_transpose(picture)
    except _UNREADABLE:
        return picture


def _read(picture: Image.Image) -> list[str]:
    return [barcode.text for barcode in zxingcpp.read_barcodes(picture, formats=_QR)]


def _frame(picture: Image.Image) -> Iterator[Image.Image]:
    """A live frame as it is, then its middle enlarged: at arm's length a module has 1.5 pixels, too few for zxing."""
    yield picture
    yield _middle(picture)


def _photo(picture: Image.Image) -> Iterator[Image.Image]:
    """A photo as it is and at several sizes, each also sharpened and with its contrast stretched."""
    yield picture
    for size in (_enlarged, _fitted, _middle, _quarter):
        sized = size(picture)
        for treat in _TREATMENTS:
            yield treat(sized)


def _scaled(picture: Image.Image, factor: float) -> Image.Image:
    width, height = (max(1, round(side * factor)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.BICUBIC)


def _enlarged(picture: Image.Image) -> Image.Image:
    """Three times as large, or as much as the working size allows."""
    return _scaled(picture, min(3.0, (WORKING_PIXELS / (picture.width * picture.height)) ** 0.5))


def _fitted(picture: Image.Image) -> Image.Image:
    """At most a million pixels: takes away noise, and the moiré of a photographed screen."""
    return _scaled(picture, min(1.0, (WORKING_PIXELS / 4 / (picture.width * picture.height)) ** 0.5))


def _middle(picture: Image.Image) -> Image.Image:
    """The middle half, enlarged: there people hold the card."""
    width, height = picture.size
    return _enlarged(picture.crop((width // 4, height // 8, width - width // 4, height - height // 8)))


def _quarter(picture: Image.Image) -> Image.Image:
    return _scaled(picture, 0.25)


def _plain(picture: Image.Image) -> Image.Image:
    return picture


def _stretched(picture: Image.Image) -> Image.Image:
    return ImageOps.autocontrast(picture, cutoff=2)


def _sharpened(picture: Image.Image) -> Image.Image:
    return _stretched(picture).filter(ImageFilter.UnsharpMask(radius=3, percent=200, threshold=0))


_TREATMENTS: tuple[Callable[[Image.Image], Image.Image], ...] = (_plain, _stretched, _sharpened)
