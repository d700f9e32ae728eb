"""Whole nodes under any order of what people, lines and towns may do to them.

The oracle knows what each author really had on the screen. It decides from that alone which values must stand: a value
stands until somebody who saw it wrote another. It never looks at what the programme thinks was seen.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sync import merge
from sync.change import AREA, VOID, Change, Dot, Value, decode, digest
from sync.edit import Edit
from sync.merge import RecordState
from sync.store.laptop import ACCEPTED, CONFIRMED, PENDING, REFUSED
from sync.store.tables import Entry, LoggedChange, Record
from sync.wire import pack, unpack_answer
from tests.sync.nodes import OTHER_TOWN, OTHER_VILLAGE, TOWN, VILLAGE, Dweller, House, Laptop, World

TOWNS, VILLAGES = (TOWN, OTHER_TOWN), (VILLAGE, OTHER_VILLAGE)
YEAR = 365 * 86_400_000
SKEWS = {"A": 0, "B": -26 * YEAR, "C": 3 * YEAR}
SMALL_PAGE = 4096
HEAVY = "重" * 700  # so that two records fill a small page

THOROUGH = hypothesis.settings().max_examples > 1_000
SETTINGS = hypothesis.settings(
    max_examples=600 if THOROUGH else 25, stateful_step_count=60 if THOROUGH else 40, deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)  # fmt: skip

which = st.integers(0, 11)
some_field = st.sampled_from(["phone", "phone", "phone", "name", VOID])
some_value = st.sampled_from("123")


@dataclass
class Shown:
    """What a person has in front of her: by field, the writes that she sees or that led to what she sees."""

    record: str
    truth: dict[str, frozenset[Dot]]
    screen: str = ""

    def saw(self, name: str) -> frozenset[Dot]:
        return frozenset().union(*self.truth.values()) if name == VOID else self.truth.get(name, frozenset())


@dataclass
class Oracle:
    """Who wrote what, over what she saw; and what the registry has taken, in its order."""

    truth: dict[tuple[Dot, str], frozenset[Dot]] = field(default_factory=dict)
    made: dict[Dot, Change] = field(default_factory=dict)

    def wrote(self, changes: Iterable[Change], shown: Shown | None) -> None:
        for change in changes:
            self.made[change.dot] = change
            for name in change.writes:
                self.truth[change.dot, name] = shown.saw(name) if shown else frozenset()
            if shown:
                for name in change.writes:
                    shown.truth[name] = shown.truth.get(name, frozenset()) | {change.dot}

    def known(self, taken: Iterable[Dot], name: str) -> frozenset[Dot]:
        writes = [dot for dot in taken if name in self.made[dot].writes]
        return frozenset(writes).union(*(self.truth[dot, name] for dot in writes))

    def standing(self, taken: Iterable[Dot]) -> dict[str, frozenset[Dot]]:
        """{field: the writes that nobody among `taken` wrote over knowingly}."""
        taken = list(taken)
        names = {name for dot in taken for name in self.made[dot].writes}
        return {name: self._standing([dot for dot in taken if name in self.made[dot].writes], name) for name in names}

    def _standing(self, writes: list[Dot], name: str) -> frozenset[Dot]:
        replaced = frozenset[Dot]().union(*(self.truth[dot, name] for dot in writes))
        return frozenset(writes) - replaced


class Fieldwork(RuleBasedStateMachine):
    """Three laptops, two towns of one county, one registry, people who do as they like."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(self.template, self.folder, dirs_exist_ok=True)
        self.world = World(self.folder, durable=False)
        self.laptops: list[Laptop] = []
        self.oracle, self.records, self.open = Oracle(), list[str](), list[tuple[Laptop | None, Shown]]()
        self.answers: dict[str, bytes] = {}
        self.areas, self.written = dict[str, str](), dict[str, int]()
        self.in_conflict: set[tuple[str, str, str]] = set()

    @initialize()
    def enrol(self) -> None:
        scopes = ((TOWN,), TOWNS, (TOWN,))
        self.laptops = [self.world.laptop(d, *s, skew=SKEWS[d]) for d, s in zip("ABC", scopes, strict=True)]
        for db in (self.world.db, *(laptop.db for laptop in self.laptops)):
            db.connect()  # and stay connected: opening for each question takes longer than the answer
        self.make(n=0, where=0, member=True)
        for n in (0, 1, 2):
            self.sync(n)

    def teardown(self) -> None:
        for laptop in self.laptops:
            laptop.db.close()
        self.world.db.close()
        shutil.rmtree(self.folder)

    # -- what people do

    @precondition(lambda self: len(self.records) < 4)
    @rule(n=which, where=which, member=st.booleans())
    def make(self, n: int, where: int, member: bool) -> None:
        laptop = self._laptop(n)
        with laptop.store.use():
            house = laptop.store.new_id()
            edits = [Edit("house", house, {"phone": "0", "tags/note": HEAVY}, VILLAGES[where % 2])]
            if member:
                edits.append(Edit("dweller", laptop.store.new_id(), {"house": house, "name": "零"}))
            self.oracle.wrote(laptop.store.commit(edits, author=laptop.device), None)
        self.records += [edit.record for edit in edits]

    @rule(n=which, r=which, name=some_field, value=some_value)
    def edit(self, n: int, r: int, name: str, value: str) -> None:
        """Look and save at once, as most people do."""
        if self._look(self._laptop(n), self._record(r)):
            self._save(0, name, value)

    @rule(n=which, r=which)
    def look(self, n: int, r: int) -> None:
        self._look(self._laptop(n), self._record(r))

    @precondition(lambda self: self.open)
    @rule(n=which, name=some_field, value=some_value)
    def save(self, n: int, name: str, value: str) -> None:
        self._save(n, name, value)

    @rule(n=which, r=which, where=which)
    def move(self, n: int, r: int, where: int) -> None:
        if self._look(self._laptop(n), self._record(r)):
            self._save(0, AREA, VILLAGES[where % 2])

    @precondition(lambda self: self.in_conflict)
    @rule(n=which, value=some_value, how=st.sampled_from(["decided", "decided late", "filled in"]))
    def meet_a_conflict(self, n: int, value: str, how: str) -> None:
        """Close what the conflict page shows, perhaps after an answer came while it was open; or fill in an ordinary
        form, which closes nothing."""
        device, record, name = sorted(self.in_conflict)[n % len(self.in_conflict)]
        laptop = next(laptop for laptop in self.laptops if laptop.device == device)
        if how == "filled in":
            self._look(laptop, record)
            self._save(0, name, value)
            return
        with laptop.store.use():
            seen = frozenset(head.dot for head in laptop.store.state(record).heads(name))
        shown = Shown(record, {name: self.oracle.known(self._held(laptop, record), name)})
        if how == "decided late":
            self._adopt(laptop)
        with laptop.store.use():
            if laptop.store.exists(record):
                changes = laptop.store.settle(record, name, value, seen=seen, author=device, why="")
                self.oracle.wrote(changes, shown)

    # -- what lines do

    @rule(n=which)
    def sync(self, n: int) -> None:
        self.answers.pop(self._laptop(n).device, None)
        assert self._laptop(n).sync().result == "done"

    @rule(n=which, page=st.sampled_from([SMALL_PAGE, 10 * SMALL_PAGE]))
    def ask(self, n: int, page: int) -> None:
        """A request arrives; its answer is on its way, and one that was on its way before is lost."""
        laptop = self._laptop(n)
        with laptop.store.use():
            body = pack(laptop.store.request(page))
        self.answers[laptop.device] = self.world.answer(laptop.device, body)

    @precondition(lambda self: self.answers)
    @rule(n=which)
    def adopt(self, n: int) -> None:
        device = sorted(self.answers)[n % len(self.answers)]
        self._adopt(next(laptop for laptop in self.laptops if laptop.device == device))

    # -- what machines and the county do

    @rule(n=which, r=which, what=st.sampled_from(["restart", "look", "scope", "all towns", "refuse", "allow"]))
    def meanwhile(self, n: int, r: int, what: str) -> None:
        laptop, rights = self._laptop(n), self.world.rights
        if what == "restart":
            self._restart(n % 3)
        elif what == "look":
            self._look(None, self._record(r))
        elif what == "scope":
            held, chosen = rights.scopes[laptop.device], TOWNS[r % 2]
            rights.scopes[laptop.device] = tuple(t for t in TOWNS if (t in held) != (t == chosen))
        elif what == "all towns":
            rights.scopes |= dict.fromkeys(SKEWS, TOWNS)
        else:
            rights.refused_authors = {laptop.device} if what == "refuse" else set()

    # -- what must always hold

    @invariant()
    def everybody_shows_what_stands_and_nothing_else(self) -> None:
        taken, settled = self._all_taken(), self._settled()
        if self._has_changed("registry", self.world.db):
            with self.world.registry.use():
                for row in Record.select():
                    self._agrees(merge.load(row.state), [dot for _, dot in taken[row.id]])
        for laptop in self.laptops:
            if self._has_changed(laptop.device, laptop.db):
                self.in_conflict = {each for each in self.in_conflict if each[0] != laptop.device}
                self._shows_what_stands(laptop, taken)
                with laptop.store.use():  # and what was acknowledged is at the registry, as it was acknowledged
                    for row in laptop.store.own(ACCEPTED, CONFIRMED, REFUSED):
                        assert (settled[Dot(row.device, row.seq)] == REFUSED) == (row.status == REFUSED)

    def _shows_what_stands(self, laptop: Laptop, taken: dict[str, list[tuple[int, Dot]]]) -> None:
        with laptop.store.use():
            own = list(laptop.store.own(PENDING, ACCEPTED))
            for row in Record.select():
                mine = [(decode(each.payload), each.stamp) for each in own if each.record == row.id]
                view = merge.fold(merge.load(row.state), mine)
                sent = {dot for rev, dot in taken.get(row.id, []) if rev <= row.rev}
                self._agrees(view, sent | {change.dot for change, _ in mine})
                names = [name for name in view.conflicts() if len(view.sides(name)) > 1 and name != AREA]
                self.in_conflict |= {(laptop.device, row.id, name) for name in names}

    @invariant()
    def records_lie_where_they_say_and_members_with_their_house(self) -> None:
        with self.world.registry.use():
            rows = list(Record.select())
        area_of = {row.id: row.area for row in rows}
        for row in rows:
            if row.parent:
                assert row.area == area_of[row.parent]
                continue
            said = {side.value for side in merge.load(row.state).sides(AREA)}
            assert row.area == (said.pop() if len(said) == 1 else self.areas[row.id])
        self.areas = area_of

    def finish(self) -> None:
        """Everybody meets the registry, twice; then all is at peace."""
        self.answers.clear()
        self.world.clock.ms += 2 * 86_400_000  # no screen holds anything any more
        for _ in range(2):
            for laptop in self.laptops:
                assert laptop.sync().result == "done"
        for laptop in self.laptops:
            report = laptop.sync()
            assert (report.requests, report.sent, report.refused, report.received) == (1, 0, 0, 0)
            self._is_at_peace(laptop)
        with self.world.registry.use():
            assert self.world.registry.rebuild() == []
            for laptop in self.laptops:
                assert_chain(laptop.device)

    # -- how

    def _laptop(self, n: int) -> Laptop:
        return self.laptops[n % 3]

    def _record(self, r: int) -> str:
        return self.records[max(0, r % (3 + len(self.records)) - 3)]  # the first three times as often

    def _has_changed(self, node: str, db: Any) -> bool:
        """Whether its database was written to since the last time."""
        before, self.written[node] = self.written.get(node), db.connection().total_changes
        return bool(before != self.written[node])

    def _adopt(self, laptop: Laptop) -> None:
        answer = self.answers.pop(laptop.device, None)
        if answer is not None:
            with laptop.store.use():
                laptop.store.adopt(unpack_answer(answer))

    def _restart(self, index: int) -> None:
        old = self.laptops[index]
        old.db.close()
        self.answers.pop(old.device, None)
        scope = self.world.rights.scopes[old.device]
        new = self.laptops[index] = Laptop(self.world, old.device, scope, SKEWS[old.device], life=old.life + 1)
        new.db.connect()
        self.open = [(new if node is old else node, shown) for node, shown in self.open]

    def _look(self, laptop: Laptop | None, record: str) -> bool:
        store = laptop.store if laptop else self.world.registry
        with store.use():
            if not store.exists(record):
                return False
            screen = store.open_screen([record], laptop.device if laptop else "county")
            state, values = store.state(record), shown_values(record)
        held = self._held(laptop, record)
        self._agrees(state, held)
        truth = {
            name: self.oracle.known(held, name) - {head.dot for head in state.heads(name) if head.value != values[name]}
            for name in state.fields
        }
        self.open.append((laptop, Shown(record, truth, screen.id)))
        return True

    def _save(self, n: int, name: str, value: Value) -> None:
        laptop, shown = self.open[-1 - n % len(self.open)]
        store = laptop.store if laptop else self.world.registry
        with store.use():
            row = Record.get_or_none(Record.id == shown.record)
            if row is None or (row.type == "dweller" and name not in ("name", VOID)):
                return
            edit = Edit(row.type, shown.record, {name: value})
            author = laptop.device if laptop else "county"
            self.oracle.wrote(store.commit([edit], author=author, screen=store.screen(shown.screen)), shown)

    def _settled(self) -> dict[Dot, str]:
        with self.world.registry.use():
            return {Dot(row.device, row.seq): row.status for row in LoggedChange.select()}

    def _all_taken(self) -> dict[str, list[tuple[int, Dot]]]:
        """{record: (rev, write)} of all that the registry has taken."""
        found: dict[str, list[tuple[int, Dot]]] = {}
        with self.world.registry.use():
            for entry in Entry.select().where(Entry.device != ""):
                found.setdefault(entry.record, []).append((entry.rev, Dot(entry.device, entry.seq)))
        return found

    def _held(self, laptop: Laptop | None, record: str) -> set[Dot]:
        """What a node shows of a record: what was taken, up to the revision it has, and its own that has not come
        back."""
        taken = self._all_taken().get(record, [])
        if laptop is None:
            return {dot for _, dot in taken}
        with laptop.store.use():
            rev = Record.get_by_id(record).rev
            mine = {Dot(r.device, r.seq) for r in laptop.store.own(PENDING, ACCEPTED) if r.record == record}
        return {dot for at, dot in taken if at <= rev} | mine

    def _agrees(self, state: RecordState, taken: Iterable[Dot]) -> None:
        standing = self.oracle.standing(taken)
        assert {name: {head.dot for head in state.heads(name)} for name in state.fields} == standing

    def _is_at_peace(self, laptop: Laptop) -> None:
        with self.world.registry.use():
            lies = {row.id: (row.rev, row.area, row.state) for row in Record.select()}
        with laptop.store.use():
            assert laptop.store.waiting() == 0 and laptop.store.own(ACCEPTED).count() == 0
            assert laptop.store.node("want", []) == []
            assert laptop.store.rebuild() == []
            held = {row.id: (row.rev, row.area, row.state) for row in Record.select()}
            kept = {row.record for row in laptop.store.unmended()}
        ought = {
            record for record, (_, area, _) in lies.items() if area.startswith(self.world.rights.scopes[laptop.device])
        }
        for record in ought:
            assert held.get(record) == lies[record], laptop.device
        assert set(held) - ought <= kept


def shown_values(record: str) -> dict[str, Value]:
    """What stands in the row that a page reads."""
    house = House.get_or_none(House.id == record)
    if house is None:
        member = Dweller.get_by_id(record)
        return {VOID: member.void, AREA: member.area, "name": member.name, "house": member.house}
    elements = {f"tags/{element}": value for element, value in house.tags.items()}
    return {VOID: house.void, AREA: house.area, "name": house.name, "phone": house.phone, **elements}


def assert_chain(device: str) -> None:
    """Every change carries the hash of the one before it, refused ones too."""
    before = ""
    for seq, row in enumerate(LoggedChange.select().where(LoggedChange.device == device).order_by(LoggedChange.seq), 1):
        assert (row.seq, decode(row.payload).prev) == (seq, before)
        before = digest(row.payload)


def test_nothing_is_lost_or_made_up_whatever_the_order(tmp_path: Path) -> None:
    prepared = World(tmp_path, durable=False)
    for device in SKEWS:
        prepared.laptop(device).db.close()
    prepared.db.close()

    class Prepared(Fieldwork):
        template = tmp_path

        def teardown(self) -> None:
            try:
                if self.laptops:
                    self.finish()
            finally:
                super().teardown()

    hypothesis.stateful.run_state_machine_as_test(Prepared, settings=SETTINGS)
