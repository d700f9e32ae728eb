"""What a person can be found by: pinyin of names with every usual reading, and grams of Chinese text. Pure functions.

The full-text index holds words between spaces. Chinese has none, so every pair of neighbouring characters (bigram) and
every single one is a word; a query of two characters or more is the phrase of its bigrams: it finds exact substrings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from pypinyin import Style
from pypinyin import pinyin as _pinyin

# How a surname is read where that is not the character's first reading (现代汉语词典 marks it 姓). Several: all are
# heard, 覃 is both Tán and Qín within Chongqing. 任 rén, 华 huà, 宁 nìng differ in tone only and need no entry.
SURNAMES: dict[str, tuple[str, ...]] = {
    "单": ("shan",),
    "仇": ("qiu",),
    "曾": ("zeng",),
    "解": ("xie",),
    "查": ("zha",),
    "盖": ("ge", "gai"),
    "区": ("ou",),
    "朴": ("piao",),
    "缪": ("miao",),
    "员": ("yun",),
    "覃": ("qin", "tan"),
    "翟": ("zhai", "di"),
    "折": ("she",),
    "黑": ("he", "hei"),
    "乐": ("yue", "le"),
    "召": ("shao",),
    "种": ("chong",),
    "洗": ("xian",),
    "宓": ("mi", "fu"),
    "繁": ("po",),
    "秘": ("bi", "mi"),
    "卜": ("bu",),
    "能": ("nai",),
    "祭": ("zhai",),
    "隗": ("wei", "kui"),
    "郇": ("xun", "huan"),
    "郗": ("xi", "chi"),
    "郄": ("qie", "xi"),
    "谌": ("chen", "shen"),
    "不": ("fou",),
    "牟": ("mou", "mu"),
    "柏": ("bai", "bo"),
    "薄": ("bo",),
    "都": ("du",),
    "尉迟": ("yu chi",),
    "万俟": ("mo qi",),
    "单于": ("chan yu",),
    "澹台": ("tan tai",),
    "尉": ("wei", "yu"),
}

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")
# In K3F-7QP or 023-48261234 a hyphen is for the eye only; in 3-2-401 (楼栋-单元-室) each part also stands for itself.
_HYPHEN = re.compile(r"(?<=[a-z0-9])[-‐-―](?=[a-z0-9])")


@dataclass(frozen=True, slots=True)
class Pinyin:
    """All readings of a name, the likeliest first: full ("zhouyutong") and initials ("zyt")."""

    full: tuple[str, ...]
    initials: tuple[str, ...]


def pinyin(name: str) -> Pinyin:
    """The readings of a Chinese name, surname readings first. Characters that are not Chinese are left out."""
    readings = _readings(name)
    return Pinyin(_unique("".join(r) for r in readings), _unique("".join(s[0] for s in r) for r in readings))


def grams(text: str) -> list[str]:
    """Words for the index: of each run of Chinese its bigrams, then its characters; other words in small letters."""
    plain = _plain(text)
    found: list[str] = []
    for chinese, word in _runs(_HYPHEN.sub("", plain)):
        found += [*_bigrams(chinese), *chinese] if chinese else [word]
    parts = [word for _, word in _runs(plain) if word and word not in found] if _HYPHEN.search(plain) else []
    return found + parts


def search_text(names: Iterable[str], texts: Iterable[str] = (), codes: Iterable[str] = ()) -> str:
    """All by which one record can be found, as one line of words for the index.

    `names` are found also by pinyin, whole, from the given name on, and by initials; `texts` (addresses, places) by any
    part; `codes` (card codes, telephone numbers) from their start, hyphens or not.
    """
    words: list[str] = []
    for name in names:
        words += [*grams(name), *_pinyin_words(name)]
    for text in (*texts, *codes):
        words += grams(text)
    return " ".join(words)


def query_terms(query: str) -> tuple[str, ...]:
    """The FTS5 expressions of what a person typed, all of which must match; empty if there is nothing to search for."""
    runs = _runs(_HYPHEN.sub("", _plain(query)))
    return tuple(_phrase(chinese) if chinese else f'"{word}" *' for chinese, word in runs)


def _phrase(chinese: str) -> str:
    return '"' + " ".join(_bigrams(chinese) or [chinese]) + '"'


def _bigrams(chinese: str) -> list[str]:
    return [chinese[i : i + 2] for i in range(len(chinese) - 1)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _runs(plain: str) -> Iterator[tuple[str, str]]:
    """Each run of Chinese as (run, ""), each other word as ("", word)."""
    for run in _RUN.finditer(plain):
        yield run[1] or "", run[2] or ""


def _pinyin_words(name: str) -> list[str]:
    readings = _readings(name)
    if not readings:
        return []
    likeliest = readings[0]
    given = [likeliest[start:] for start in range(1, len(likeliest))]
    both = pinyin(name)
    tails = [word for part in given for word in ("".join(part), "".join(s[0] for s in part)) if len(word) > 1]
    return list(_unique([*both.full, *both.initials, *tails]))


def _readings(name: str) -> list[tuple[str, ...]]:
    """Every surname reading with the usual given name, then with one unusual syllable at a time.

    All combinations of rare readings would be hundreds of words for some names and find nobody more.
    """
    chinese = "".join(run for run, _ in _runs(_plain(name)))
    if not chinese:
        return []
    surnames, rest = _surname(chinese)
    return [(*s, *g) for g, s in product(_one_unusual(_syllables(rest)), surnames)]


def _surname(chinese: str) -> tuple[list[tuple[str, ...]], str]:
    """The readings of the surname (table first, then what the character can also be) and the given name."""
    length = 2 if chinese[:2] in SURNAMES else 1
    usual = [tuple(reading.split()) for reading in SURNAMES.get(chinese[:length], ())]
    others = _one_unusual(_syllables(chinese[:length]))
    return list(dict.fromkeys([*usual, *others])), chinese[length:]


def _syllables(chinese: str) -> list[list[str]]:
    # A character without a reading keeps itself: it then simply is no pinyin.
    return _pinyin(list(chinese), style=Style.NORMAL, heteronym=True) if chinese else []


def _one_unusual(syllables: list[list[str]]) -> list[tuple[str, ...]]:
    usual = tuple(readings[0] for readings in syllables)
    variants = [usual]
    for place, readings in enumerate(syllables):
        variants += [(*usual[:place], other, *usual[place + 1 :]) for other in readings[1:]]
    return variants


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
