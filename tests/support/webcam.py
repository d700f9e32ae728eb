"""Pictures of a door card as a laptop's webcam takes them: geometry, light, blur, noise, JPEG. Pillow only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

CARD_MM = (85.6, 54.0)
CODE_MM = 45.0
CODE_AT_MM = (2.0, 4.5)
PIXELS_PER_MODULE = 4
# Rendered so much larger, then averaged: as a sensor's pixel gathers the light of its whole area.
OVERSAMPLING = 2

Matrix = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Camera:
    """`view` is the horizontal angle in degrees."""

    name: str
    width: int
    height: int
    view: float = 60.0

    def pixels_per_mm(self, distance: float) -> float:
        """How large a millimetre at `distance` millimetres is in the picture."""
        return self.width / (2 * distance * math.tan(math.radians(self.view / 2)))


VGA = Camera("VGA", 640, 480)
HD = Camera("720p", 1280, 720)


@dataclass(frozen=True, slots=True)
class Shot:
    """How one picture is taken: angles in degrees, blur in pixels, light 0 to 1, noise as a standard deviation."""

    turn: float = 0.0
    tilt: tuple[float, float] = (0.0, 0.0)
    blur: float = 0.0
    shake: int = 0
    light: float = 1.0
    noise: float = 0.0
    quality: int = 90
    off_centre: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def by_chance(cls, rng: Random) -> Shot:
        """A hasty picture at a door in the evening."""
        return cls(
            turn=rng.uniform(-12, 12),
            tilt=(rng.uniform(-25, 25), rng.uniform(-15, 15)),
            blur=rng.uniform(0.3, 0.8),
            shake=rng.choice((0, 0, 1)),
            light=rng.uniform(0.35, 1.0),
            noise=rng.uniform(4, 10),
            quality=rng.randint(65, 85),
            off_centre=(rng.uniform(-0.08, 0.08), rng.uniform(-0.08, 0.08)),
        )


def card(modules: Sequence[Sequence[bool]], dirt: float = 0.0, rng: Random | None = None) -> Image.Image:
    """The card in grey, its code at the left; `dirt` is the share of the code that grey blots cover."""
    side = len(modules)
    code = Image.new("L", (side, side))
    code.putdata([0 if dark else 255 for row in modules for dark in row])
    code = code.resize((side * PIXELS_PER_MODULE,) * 2, Image.Resampling.NEAREST)
    if dirt and rng:
        _stain(code, dirt, rng)
    per_mm = code.width / CODE_MM
    face = Image.new("L", (round(CARD_MM[0] * per_mm), round(CARD_MM[1] * per_mm)), 250)
    face.paste(code, (round(CODE_AT_MM[0] * per_mm), round(CODE_AT_MM[1] * per_mm)))
    return face


def _stain(code: Image.Image, share: float, rng: Random) -> None:
    """Blots of 3 to 7 mm until `share` of the code is covered; none on the three large corner marks."""
    hidden = Image.new("L", code.size)
    pen, mask = ImageDraw.Draw(code), ImageDraw.Draw(hidden)
    while hidden.histogram()[255] < share * code.width**2:
        x, y = rng.uniform(0.3, 0.85) * code.width, rng.uniform(0.3, 0.85) * code.height
        r = rng.uniform(1.5, 3.5) / CODE_MM * code.width
        pen.ellipse((x - r, y - r, x + r, y + r), fill=rng.choice((30, 120, 230)))
        mask.ellipse((x - r, y - r, x + r, y + r), fill=255)


def photograph(face: Image.Image, camera: Camera, distance: float, shot: Shot) -> bytes:
    """A JPEG of the card, its code near the middle, from `distance` millimetres."""
    file = BytesIO()
    expose(face, camera, distance, shot).save(file, "JPEG", quality=shot.quality)
    return file.getvalue()


def expose(face: Image.Image, camera: Camera, distance: float, shot: Shot) -> Image.Image:
    """The same in grey, before it is made a JPEG."""
    wide = Image.new("L", (camera.width * OVERSAMPLING, camera.height * OVERSAMPLING), 95)
    coefficients = _to_card(face, camera, distance, shot)
    paper, where = (
        layer.transform(wide.size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR)
        for layer in (face, Image.new("L", face.size, 255))
    )
    wide.paste(paper, (0, 0), where)
    return _developed(wide.resize((camera.width, camera.height), Image.Resampling.BOX), shot)


def _developed(picture: Image.Image, shot: Shot) -> Image.Image:
    """Out of focus, shaken, lit from one side, noisy."""
    picture = picture.filter(ImageFilter.GaussianBlur(shot.blur))
    if shot.shake:
        picture = Image.blend(picture, ImageChops.offset(picture, shot.shake, 0), 0.5)
    shade = Image.linear_gradient("L").rotate(90).resize(picture.size)
    shade = shade.point([round(255 * shot.light * (0.75 + 0.25 * level / 255)) for level in range(256)])
    picture = ImageChops.multiply(picture, shade)
    return ImageChops.add(picture, Image.effect_noise(picture.size, shot.noise), offset=-128) if shot.noise else picture


def _to_card(face: Image.Image, camera: Camera, distance: float, shot: Shot) -> tuple[float, ...]:
    """Pillow's eight numbers, which lead from a pixel of the picture to one of the card."""
    paper = face.width / CARD_MM[0]
    picture = camera.pixels_per_mm(distance) * OVERSAMPLING
    size = (camera.width * OVERSAMPLING, camera.height * OVERSAMPLING)
    x, y = (side * (0.5 + off) for side, off in zip(size, shot.off_centre, strict=True))
    whole = _product(
        _moved(*((at + CODE_MM / 2) * paper for at in CODE_AT_MM)),
        _stretched(paper / picture, paper / picture),
        _tilted(shot.tilt, picture * distance),
        _turned(shot.turn),
        _moved(-x, -y),
    )
    return tuple(value / whole[2][2] for row in whole for value in row)[:8]


def _product(*steps: Matrix) -> Matrix:
    """The steps as one, the last one first."""
    whole, *others = steps
    for step in others:
        columns = list(zip(*step, strict=True))
        whole = [[sum(a * b for a, b in zip(row, column, strict=True)) for column in columns] for row in whole]
    return whole


def _moved(x: float, y: float) -> Matrix:
    return [[1, 0, x], [0, 1, y], [0, 0, 1]]


def _stretched(x: float, y: float) -> Matrix:
    return [[x, 0, 0], [0, y, 0], [0, 0, 1]]


def _turned(angle: float) -> Matrix:
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return [[cosine, sine, 0], [-sine, cosine, 0], [0, 0, 1]]


def _tilted(angles: tuple[float, float], distance: float) -> Matrix:
    """Leaning about both axes: foreshortened, and what comes nearer is seen larger; `distance` in pixels."""
    (across, down), (lean_x, lean_y) = (
        [1 / math.cos(math.radians(angle)) for angle in angles],
        [math.tan(math.radians(angle)) / distance for angle in angles],
    )
    return [[across, 0, 0], [0, down, 0], [lean_x, lean_y, 1]]
