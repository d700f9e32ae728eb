"""Numbers that people bear: citizen identity number (GB 11643), telephone, disability certificate; and their masks.

The first six digits of an identity number are the place of first registration. They are never checked against today's
codes: elders bear Sichuan's 51xxxx, and 500110 once was 万盛区. Residence permits of 香港, 澳门 and 台湾 (810000,
820000, 830000) have the same form and pass.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from fieldapp.domain.codes import DISABILITY, DISABILITY_GRADE
from fieldapp.errors import N_, Invalid

Sex = Literal["male", "female"]

# GB 11643-1999 (ISO 7064 MOD 11-2).
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

# 中国残联: identity number, type digit (1 to 7), grade digit (1 to 4), then B1, B2 … when re-issued.
_CERTIFICATE = re.compile(r"(.{18})(.)(.)(?:B([1-9]\d?))?", re.ASCII)

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
# Area codes: 010 and 02x have three digits, all others four; subscribers have seven or eight.
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})(\d{7,8})", re.ASCII)
_COUNTRY = re.compile(r"^(?:\+|00)86")


@dataclass(frozen=True, slots=True)
class Identity:
    """A number that stands, and what it says."""

    number: str
    birth_date: date
    sex: Sex
    area6: str


@dataclass(frozen=True, slots=True)
class DisabilityCertificate:
    """Type and grade as in `codes`, 1 the gravest grade; `reissue` counts from 0."""

    number: str
    identity: Identity
    type: str
    grade: str
    reissue: int = 0


def check(text: str, today: date) -> Identity:
    """Read an identity number as people type it: spaces, full-width digits and a small x pass.

    Raises Invalid with a sentence that says what does not fit and what to do.
    """
    number = _plain(text)
    _check_form(number)
    born = _birth_date(number[6:14], today)
    expected = check_digit(number[:17])
    if number[17] != expected:
        raise Invalid(
            N_("按前 17 位算，第 18 位应为 %(expected)s，这里是 %(given)s，多半有一位抄错了。请对着证件从头再看一遍。"),
            expected=expected,
            given=number[17],
        )
    return Identity(number, born, "male" if int(number[16]) % 2 else "female", number[:6])


def check_digit(body17: str) -> str:
    """The eighteenth character for the first seventeen digits (GB 11643)."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body17, strict=True)) % 11]


def mask(number: str) -> str:
    """First six and last four, as on screens and lists: 500199********1230. Nothing of what is too short for that."""
    return _masked(number, 6, 4) if len(number) >= 15 else "*" * len(number)


def mask_phone(number: str) -> str:
    """First three and last four of a mobile or landline: 154****1234. Of anything shorter only the last two."""
    return _masked(number, 3, 4) if len(number) >= 10 else _masked(number, 0, min(2, len(number) // 2))


def phone(text: str) -> str:
    """A telephone number in one form: 15412345678, or 02348261234 with area code. Raises Invalid with a sentence."""
    number = _COUNTRY.sub("", re.sub(r"[-‐-―－()（）]", "", _plain(text)))
    if not number.isascii() or not number.isdigit():
        raise Invalid(N_("电话只写数字。再核对一遍；没有电话就选“未采集”。"))
    return _mobile(number) if number.startswith("1") else _landline(number)


def disability(text: str, today: date) -> DisabilityCertificate:
    """Read the number of a disability certificate (残疾人证). Raises Invalid with a sentence."""
    number = _plain(text)
    parts = _CERTIFICATE.fullmatch(number)
    if not parts:
        raise Invalid(
            N_("残疾人证号是 20 位：身份证号加 2 位，补发过的后面还有 B1。这里有 %(n)s 位。请对着证件再看一遍。"),
            n=len(number),
        )
    identity, kind, grade = check(parts[1], today), parts[2], parts[3]
    if kind not in "1234567":
        raise Invalid(N_("残疾人证号第 19 位是类别，1 到 7；这里是 %(char)s。请对着证件再看一遍。"), char=kind)
    if grade not in DISABILITY_GRADE:
        raise Invalid(N_("残疾人证号第 20 位是等级，1 到 4；这里是 %(char)s。请对着证件再看一遍。"), char=grade)
    return DisabilityCertificate(number, identity, DISABILITY[int(kind) - 1], grade, int(parts[4] or 0))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _masked(number: str, first: int, last: int) -> str:
    hidden = len(number) - first - last
    return number[:first] + "*" * hidden + number[first + hidden :]


def _check_form(number: str) -> None:
    if len(number) != 18:
        raise Invalid(
            N_("身份证号是 18 位，这里有 %(n)s 位。请对着证件再看一遍；没办过证就选“没有证件”，没看到证就选“未采集”。"),
            n=len(number),
        )
    for place, char in enumerate(number, start=1):
        allowed = "0123456789X" if place == 18 else "0123456789"
        if char not in allowed:
            raise Invalid(
                N_("身份证号只有数字，末位可以是 X；这里第 %(place)s 位是“%(char)s”。请对着证件再看一遍。"),
                place=place,
                char=char,
            )


def _birth_date(digits: str, today: date) -> date:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    try:
        born = date(year, month, day)
    except ValueError as error:
        raise Invalid(
            N_("第 7 到 14 位是出生日期，%(year)s年%(month)s月%(day)s日没有这一天。请对着证件再看一遍。"),
            year=year,
            month=month,
            day=day,
        ) from error
    if born > today:
        raise Invalid(N_("第 7 到 14 位是出生日期，%(born)s 还没有到。请对着证件再看一遍。"), born=born.isoformat())
    # Nobody is known to have lived longer than 122 years: an earlier year is a slip of the hand.
    if today.year - born.year > 122:
        raise Invalid(N_("第 7 到 14 位是出生日期，%(born)s 太早了。请对着证件再看一遍。"), born=born.isoformat())
    return born


def _mobile(number: str) -> str:
    if len(number) < 11:
        raise Invalid(N_("手机号是 11 位，这里只有 %(n)s 位。再核对一遍；没有电话就选“未采集”。"), n=len(number))
    if len(number) > 11:
        raise Invalid(N_("手机号是 11 位，这里有 %(n)s 位。再核对一遍；没有电话就选“未采集”。"), n=len(number))
    if not _MOBILE.fullmatch(number):
        raise Invalid(
            N_("手机号以 13 到 19 开头，这里是 %(start)s。再核对一遍；没有电话就选“未采集”。"), start=number[:2]
        )
    return number


def _landline(number: str) -> str:
    if not number.startswith("0"):
        raise Invalid(N_("座机号前面要加区号，例如 023。再核对一遍；没有电话就选“未采集”。"))
    if not _LANDLINE.fullmatch(number):
        raise Invalid(
            N_("座机号是区号加 7 或 8 位，这里一共 %(n)s 位。再核对一遍；没有电话就选“未采集”。"), n=len(number)
        )
    return number
