"""Who may write where: every role against every place, cell by cell."""

from __future__ import annotations

import pytest

from fieldapp.registry.door import RegistryDoor, county_prefixes
from fieldapp.registry.tables import DeviceUser
from sync.change import Change, Dot
from tests.registry.office import FAR_VILLAGE, OTHER_VILLAGE, VILLAGE, ZONE, Office

ROLE = {"code": "not_your_role"}
AREA = {"code": "not_your_area"}
# author: what is said of her town's village, the next town's, a town outside of the zone
TABLE = {
    "chenxiaoli": (None, AREA, AREA),
    "zhaomingfang": (None, AREA, AREA),
    "hejianhua": (None, None, AREA),
    "shiminzheng": (ROLE, ROLE, ROLE),
    "shenji": (ROLE, ROLE, ROLE),
}
CELLS = [
    (login, area, verdict)
    for login, verdicts in TABLE.items()
    for area, verdict in zip((VILLAGE, OTHER_VILLAGE, FAR_VILLAGE), verdicts, strict=True)
]


def written_by(author: str, device: str) -> Change:
    return Change(Dot(device, 1), 1, 1, author, 0, "household", "0123456789ABCDEF", {}, VILLAGE)


@pytest.mark.parametrize(("login", "area", "verdict"), CELLS)
def test_rights_are_judged_by_role_and_place(
    office: Office, login: str, area: str, verdict: dict[str, str] | None
) -> None:
    laptop = office.laptop("A")
    with office.registry.store.use():
        DeviceUser.insert(device=laptop.device, account=office.staff[login].id).on_conflict_ignore().execute()
        change = written_by(office.staff[login].id, laptop.device)
        assert RegistryDoor().judge(laptop.device, change, area) == verdict


def test_somebody_who_does_not_work_on_the_laptop_writes_nothing(office: Office) -> None:
    laptop = office.laptop("A")
    with office.registry.store.use():
        change = written_by(office.staff["luojianguo"].id, laptop.device)
        assert RegistryDoor().judge(laptop.device, change, VILLAGE) == {"code": "not_a_user"}


def test_a_zone_is_its_towns_and_a_county_leaves_them_out() -> None:
    zone, county = county_prefixes(ZONE), county_prefixes("500110")
    assert VILLAGE[:9] in zone
    assert not set(zone) & set(county)
    assert FAR_VILLAGE[:9] in county


def test_a_province_is_all_its_counties_and_zones() -> None:
    whole = county_prefixes("50")
    assert {prefix[:2] for prefix in whole} == {"50"}
    assert all(len(prefix) >= 6 for prefix in whole)
    assert VILLAGE[:9] in whole
    assert FAR_VILLAGE[:9] in whole
