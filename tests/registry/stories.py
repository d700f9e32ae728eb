"""What happens in a county before a test looks at it."""

from __future__ import annotations

from sync.change import Value
from tests.registry.office import OTHER_VILLAGE, VILLAGE, Laptop, Office

CATEGORY: dict[str, Value] = {"basis": "父母外出", "evidence": "", "from": "2025-01-01", "to": None}


def two_towns(office: Office) -> Laptop:
    """A laptop of the whole zone with a home in two towns, a child in each, visits and a form, all of it synced."""
    laptop = office.laptop("Z", "hejianhua")
    for village, name, level, visited in (
        (VILLAGE, "周", "red", "2025-10-01"),
        (OTHER_VILLAGE, "吴", "green", "2025-11-17"),
    ):
        home = laptop.home(village, head_name=f"{name}大明")
        known: dict[str, Value] = {"risk_level": level, "category/left_behind_rural": CATEGORY}
        child = laptop.child(home, name=f"{name}雨桐", id_number="500199201403020026", id_type="resident_id", **known)
        visit: dict[str, Value] = {
            "household": home,
            "started_at": f"{visited}T02:00:00+00:00",
            "outcome": "done",
            "in_person": True,
        }
        laptop.make("visit", {**visit, "arrival": "scanned", "visitor": laptop.author})
        filled: dict[str, Value] = {"person": child, "household": home, "form": "child_screening", "form_version": "1"}
        answers: dict[str, Value] = {"/data/base/name": f"{name}雨桐", "/data/base/sex": "female"}
        laptop.make("submission", {**filled, "answers": answers, "result": {"level": level},
                                   "finalised_at": f"{visited}T03:00:00+00:00", "author": laptop.author})  # fmt: skip
    assert laptop.sync().refused == 0
    return laptop


def two_phones(office: Office) -> tuple[Laptop, Laptop, str]:
    """Two laptops that have written two numbers without knowing of each other, both synced."""
    a, b = office.laptop("A"), office.laptop("B", "luojianguo")
    home = a.home(phone="15400992204")
    a.sync()
    b.sync()
    a.edit("household", home, phone="15400992716")
    office.clock.pass_by(minutes=5)
    b.edit("household", home, phone="15400992176")
    a.sync()
    b.sync()
    return a, b, home
