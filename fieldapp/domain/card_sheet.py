"""Door cards on paper: the QR symbol as SVG, and the words beside it. Level M, by docs/adr/0003-door-cards.md."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import QRData

from fieldapp.domain.cards import short_code

# The standard's quiet zone, in modules: without it readers do not see where the symbol ends.
RIM = 4
CARDS_PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class CardFace:
    """What stands on one card. Always Chinese, whatever the screen speaks: it hangs on a door in a village."""

    svg: str
    code: str
    village: str
    group: str
    heading: str = "入户服务卡"
    purpose: str = "民政工作人员扫码登记"
    help: str = "求助 110 · 咨询 12345"


def card_face(household_id: str, payload: str, village: str, group: str) -> CardFace:
    """The face of a household's card; `payload` is what `cards.sign_card` gave for it."""
    return CardFace(qr_svg(payload), short_code(household_id), village, group)


def qr_modules(payload: str, level: int = ERROR_CORRECT_M) -> list[list[bool]]:
    """The symbol's modules with its rim, row by row, dark is True; the smallest version that holds the payload."""
    code: QRCode[Any] = QRCode(error_correction=level, border=RIM)
    code.add_data(QRData(payload))
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def qr_svg(payload: str, title: str = "", size: str = "45mm") -> str:
    """An inline SVG of the symbol, `size` wide with its rim; without a title it is hidden from the ear.

    Always black on white, whatever the theme: it is meant for a camera. It has no ids and no styles, so any number may
    stand on one page that obeys `default-src 'self'`.
    """
    modules = qr_modules(payload)
    extent = len(modules)
    dark = "".join(_runs(y, row) for y, row in enumerate(modules))
    name = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {extent} {extent}"'
        f' shape-rendering="crispEdges" {name}>'
        f'<path fill="#fff" d="M0 0h{extent}v{extent}H0z"/><path fill="#000" d="{dark}"/></svg>'
    )


def _runs(y: int, row: list[bool]) -> str:
    """The dark runs of one row as SVG path commands."""
    commands = []
    x = 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            commands.append(f"M{x} {y}h{length}v1h-{length}z")
        x += length
    return "".join(commands)
