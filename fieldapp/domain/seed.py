"""A made-up town for demonstrations and tests: families that could live there, with their past visits.

The same seed gives the same people; ids come from `new_id`. Due dates are spread around today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from fieldapp.domain import areas, identity, schedule
from fieldapp.domain import seed_words as words
from fieldapp.domain.calendar import CHINA, age
from fieldapp.domain.times import utc_text
from sync.change import Value
from sync.edit import Edit

TOWN = "500110101"  # 南桐镇, in the zone 万盛经开区
DEFAULT_HOUSEHOLDS = 60

Fields = dict[str, Value]

# How far the next visit lies from today, in days, and how often: overdue, today, this week, later.
SPREAD = ((range(-12, 0), 3), (range(1), 2), (range(1, 6), 4), (range(6, 60), 11))
LEVELS = (("red", 1), ("yellow", 5), ("blue", 8), ("green", 5), (None, 2))


def seed_town(
    seed: int,
    today: date,
    new_id: Callable[[], str],
    *,
    worker: str,
    villages: Sequence[str] = (),
    count: int = DEFAULT_HOUSEHOLDS,
) -> Iterator[tuple[Edit, ...]]:
    """`count` households with their people and visits, one group of edits each, the first always the same family.

    `villages` are 12-digit codes (those of the demo town by default); `worker` is the user who has made the visits.
    """
    maker = _Maker(Random(seed), today, new_id, worker)  # noqa: S311 (made-up people, no secret)
    codes = tuple(villages) or tuple(village.code for village in areas.load().children(TOWN))
    for number in range(count):
        family = _zhou(maker) if number == 0 else maker.choose(FAMILIES)(maker)
        yield tuple(_edits(maker, family, codes[0] if number == 0 else maker.rng.choice(codes)))


@dataclass
class _Family:
    """People by their fields (the first is the head), what is special about the home, and how the visits went."""

    members: list[Fields]
    home: Fields = field(default_factory=dict)
    visited: bool = True


@dataclass
class _Maker:
    """Chance, held by a seed."""

    rng: Random
    today: date
    new_id: Callable[[], str]
    worker: str

    def choose(self, weighted: Sequence[tuple[Any, int]]) -> Any:
        return self.rng.choices([what for what, _ in weighted], [weight for _, weight in weighted])[0]

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def born(self, youngest: int, oldest: int) -> date:
        years = self.rng.randint(youngest, oldest)
        return self.today - timedelta(days=int(years * 365.25) + self.rng.randrange(1, 365))

    def phone(self) -> str:
        return f"{words.MOBILE}{self.rng.randrange(10**8):08d}"

    def person(self, name: str, sex: str, born: date, relation: str, **more: Value) -> Fields:
        """The fields that everybody has."""
        return {
            "name": name,
            "sex": sex,
            "birth_date": born.isoformat(),
            "id_type": "resident_id",
            "id_number": _id_number(born, sex, self.rng),
            "ethnicity": self.choose((("汉族", 8), ("苗族", 1), ("土家族", 1))),
            "registration_kind": self.choose((("rural", 4), ("urban", 1))),
            "relation_to_head": relation,
            **more,
        }


def _id_number(born: date, sex: str, rng: Random) -> str:
    """18 characters with the right check digit; an odd sequence is male (GB 11643)."""
    sequence = rng.randrange(1, 499) * 2 + (1 if sex == "male" else 0)
    body = f"{words.AREA6}{born:%Y%m%d}{sequence:03d}"
    return body + identity.check_digit(body)


# -- families --------------------------------------------------------------------------------------------------------


def _left_behind(maker: _Maker) -> _Family:
    """Grandparents with their son's children; both parents are away."""
    surname, mother = maker.rng.sample(words.SURNAMES, 2)
    grandfather = _elder(maker, surname, "male", "head")
    grandmother = _elder(maker, maker.rng.choice(words.SURNAMES), "female", "spouse")
    parents = _parents(maker, surname, mother, "working_away", "working_away")
    carer = maker.rng.choice((grandfather, grandmother))
    children = [_child(maker, surname, carer, parents, "left_behind_rural") for _ in range(maker.rng.randint(1, 3))]
    return _Family([grandfather, grandmother, *children])


def _one_parent(maker: _Maker) -> _Family:
    """A mother alone with her children; the father is dead, in prison or out of contact."""
    surname, own = maker.rng.sample(words.SURNAMES, 2)
    status = maker.rng.choice(("deceased", "prison", "no_contact"))
    born = maker.born(28, 44)
    mother = maker.person(own + maker.rng.choice(words.WOMEN), "female", born, "head", phone=maker.phone())
    parents = _parents(maker, surname, own, status, "home") | {"mother_name": mother["name"]}
    code = "difficulty_poverty" if status == "deceased" else "difficulty_guardianship"
    children = [_child(maker, surname, None, parents, code) for _ in range(maker.rng.randint(1, 2))]
    mother |= {"assistance/minimum_living": {"from": (maker.today - timedelta(days=400)).isoformat(), "to": None}}
    return _Family([mother, *children])


def _with_relatives(maker: _Maker) -> _Family:
    """An aunt or uncle brings up a child whom both parents cannot."""
    surname, mother = maker.rng.sample(words.SURNAMES, 2)
    sex = maker.rng.choice(("male", "female"))
    given = maker.rng.choice(words.MEN if sex == "male" else words.WOMEN)
    carer = maker.person(surname + given, sex, maker.born(35, 55), "head", phone=maker.phone())
    parents = _parents(maker, surname, mother, "prison", "no_contact")
    child = _child(maker, surname, carer, parents, "de_facto_unattended")
    return _Family([carer, child | {"relation_to_head": "other_relative", "guardian_relation": "relative_friend"}])


def _elders(maker: _Maker) -> _Family:
    """Somebody old who lives alone."""
    sex = maker.rng.choice(("male", "female"))
    elder = _elder(maker, maker.rng.choice(words.SURNAMES), sex, "head", youngest=70)
    return _Family([elder | {"category/elder_alone": _element(maker, "elder_alone")}])


def _newcomers(maker: _Maker) -> _Family:
    """Grandparents whose grandchild has just come: nobody has been there yet."""
    family = _left_behind(maker)
    return _Family(family.members, family.home, visited=False)


FAMILIES = ((_left_behind, 11), (_one_parent, 4), (_with_relatives, 2), (_elders, 4), (_newcomers, 1))


def _zhou(maker: _Maker) -> _Family:
    """The family of the demonstration's story."""
    year = maker.today.year
    grandfather = maker.person("周大明", "male", date(year - 72, 5, 6), "head", phone="15400992716", health="chronic")
    grandmother = maker.person("李秀珍", "female", date(year - 69, 3, 12), "spouse", phone="15400992204")
    father: Fields = {"father_name": "周强", "father_status": "working_away", "father_workplace": "广东东莞"}
    parents = father | {"father_phone": "15400993380", "mother_name": "冯丽", "mother_status": "no_contact"}
    girl = _child(maker, "周", grandmother, parents, "left_behind_rural") | {"name": "周雨桐", "sex": "female"}
    boy = _child(maker, "周", grandmother, parents, "left_behind_rural") | {"name": "周子轩", "sex": "male"}
    girl |= _dated(maker, girl, date(year - 11, 2, 9)) | {"education": "primary", "risk_level": "yellow"}
    boy |= _dated(maker, boy, date(year - 6, 1, 20)) | {"education": "preschool", "risk_level": "blue"}
    return _Family([grandfather, grandmother, girl, boy], {"group_name": "三组", "address": "三组 27 号"})


def _dated(maker: _Maker, child: Fields, born: date) -> Fields:
    return {"birth_date": born.isoformat(), "id_number": _id_number(born, str(child["sex"]), maker.rng)}


# -- people ----------------------------------------------------------------------------------------------------------


def _elder(maker: _Maker, surname: str, sex: str, relation: str, youngest: int = 56) -> Fields:
    given = maker.rng.choice(words.OLD_MEN if sex == "male" else words.OLD_WOMEN)
    health = maker.choose((("healthy", 5), ("weak", 3), ("chronic", 4)))
    return maker.person(
        surname + given, sex, maker.born(youngest, 82), relation, phone=maker.phone(), health=health
    )  # fmt: skip


def _parents(maker: _Maker, father: str, mother: str, his: str, hers: str) -> Fields:
    """The fields of both parents; where they work only for those who are away to work."""
    both = {
        "father": (father + maker.rng.choice(words.MEN), his),
        "mother": (mother + maker.rng.choice(words.WOMEN), hers),
    }
    fields: Fields = {}
    for parent, (name, status) in both.items():
        fields |= {f"{parent}_name": name, f"{parent}_status": status}
        if status == "working_away":
            fields[f"{parent}_phone"] = maker.phone()
            fields[f"{parent}_workplace"] = maker.rng.choice(words.WORKPLACES)
            fields[f"{parent}_occupation"] = maker.rng.choice(words.OCCUPATIONS)
    return fields


def _child(maker: _Maker, surname: str, carer: Fields | None, parents: Fields, category: str) -> Fields:
    sex = maker.rng.choice(("male", "female"))
    born = maker.born(0, 14)
    name = surname + maker.rng.choice(words.BOYS if sex == "male" else words.GIRLS)
    years = age(born, maker.today)
    return {
        **maker.person(name, sex, born, "grandchild" if carer else "child"),
        **parents,
        **(_carer(maker, carer) if carer else {}),
        "health": maker.choose((("healthy", 8), ("weak", 2), ("chronic", 1))),
        "education": _education(years),
        "boarding": "yes" if years >= 12 and maker.chance(0.6) else "no",
        "guardianship": maker.choose((("good", 3), ("fair", 5), ("poor", 1))),
        f"category/{category}": _element(maker, category),
        "risk_level": maker.choose(LEVELS),
    }


def _carer(maker: _Maker, carer: Fields) -> Fields:
    health = carer.get("health")
    return {
        "guardian_name": carer["name"],
        "guardian_id": carer["id_number"],
        "guardian_phone": carer["phone"],
        "guardian_relation": "grandparent",
        "guardian_health": "chronic" if health == "chronic" else "healthy",
        "entrust_reason": "both_away",
        "contact_frequency": maker.choose((("daily", 3), ("weekly", 5), ("monthly", 2), ("rarely", 1))),
        "last_contact_on": (maker.today - timedelta(days=maker.rng.randrange(1, 30))).isoformat(),
    }


def _education(years: int) -> str:
    stages = ((3, "preschool"), (6, "kindergarten"), (12, "primary"), (15, "junior"))
    return next((stage for until, stage in stages if years < until), "senior")


def _element(maker: _Maker, category: str) -> Value:
    basis, evidence = words.BASIS[category]
    since = maker.today - timedelta(days=maker.rng.randrange(120, 900))
    return {"basis": basis, "evidence": evidence, "from": since.isoformat(), "to": None}


# -- a household as edits --------------------------------------------------------------------------------------------


def _edits(maker: _Maker, family: _Family, village: str) -> Iterator[Edit]:
    household = maker.new_id()
    last = _last_visit(maker, family) if family.visited else None
    yield Edit("household", household, _home(maker, family), village)
    for member in family.members:
        level = member.get("risk_level") if last else None
        rated: Fields = {"risk_level": level, "risk_on": last.isoformat() if last and level else None}
        fields = {"household": household, **member, **rated}
        yield Edit("person", maker.new_id(), {name: value for name, value in fields.items() if value is not None})
    if last:
        yield from _visits(maker, household, last)


def _home(maker: _Maker, family: _Family) -> Fields:
    head = family.members[0]
    group = maker.rng.choice(words.GROUPS)
    return {
        "group_name": group,
        "address": f"{group} {maker.rng.randint(1, 60)} 号",
        "head_name": head["name"],
        "phone": head.get("phone"),
        "registration_count": len(family.members) + maker.rng.randint(0, 2),
        "notes_before_entry": maker.rng.choice(words.BEFORE_ENTRY) if maker.chance(0.5) else None,
        "card_state": "posted" if maker.chance(0.8) else "none",
        **family.home,
    }


def _last_visit(maker: _Maker, family: _Family) -> date:
    """The day of the last visit, so that the next one falls where SPREAD says; never today or later."""
    due = maker.today + timedelta(days=maker.rng.choice(maker.choose(SPREAD)))
    days = [_interval(member, maker.today) for member in family.members]
    last = due - timedelta(days=min((n for n in days if n), default=90))
    return min(last, maker.today - timedelta(days=1))


def _interval(member: Fields, today: date) -> int | None:
    held = [name.removeprefix("category/") for name in member if name.startswith("category/")]
    level = member.get("risk_level")
    rule = schedule.interval_for(str(level) if level else None, held, today)
    return rule.days if rule else None


def _visits(maker: _Maker, household: str, last: date) -> Iterator[Edit]:
    for back in range(maker.rng.randint(1, 3)):
        day = last - timedelta(days=back * maker.rng.randint(20, 40))
        yield _visit(maker, household, day, "done", maker.rng.choice(words.VISIT_NOTES))
    if last < maker.today - timedelta(days=4) and maker.chance(0.15):
        yield _visit(maker, household, maker.today - timedelta(days=2), "not_home", maker.rng.choice(words.MISS_NOTES))


def _visit(maker: _Maker, household: str, day: date, outcome: str, notes: str) -> Edit:
    start = datetime.combine(day, time(maker.rng.randint(8, 16), maker.rng.randrange(60)), CHINA)
    stay = timedelta(minutes=maker.rng.randint(15, 60) if outcome == "done" else 3)
    fields: Fields = {
        "household": household,
        "started_at": utc_text(start),
        "finished_at": utc_text(start + stay),
        "arrival": "scanned",
        "outcome": outcome,
        "in_person": True,
        "notes": notes,
        "visitor": maker.worker,
        "late_entry": False,
    }
    return Edit("visit", maker.new_id(), fields)
