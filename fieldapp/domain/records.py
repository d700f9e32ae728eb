"""What is kept about households, the people in them, and the work done with them. One class is one kind of record.

A column is a synced field; its type is the rule for its values (`sync.schema`). An empty column means "not collected".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import peewee
from peewee import BooleanField, CharField, IntegerField, TextField

from fieldapp.domain import cards, codes
from sync.merge import safest
from sync.schema import record_type
from sync.store.fields import Choice, Elements, Iso, IsoTime, Json, Ref
from sync.store.synced import Synced

# The higher risk stands until a person decides.
SAFEST_RISK = safest({"green": 1, "blue": 2, "yellow": 3, "red": 4})


@record_type()
class Household(Synced):
    """A home: the root that people, visits, submissions, cases and tasks hang on."""

    derived = frozenset({"short_code"})

    address = CharField(max_length=200, null=True)
    group_name = CharField(max_length=40, null=True)  # 组 or 社: the hamlet within the village
    head_name = CharField(max_length=80, null=True)
    phone = CharField(max_length=20, null=True)
    household_registration = CharField(max_length=80, null=True)  # the booklet's number, or where it is kept
    registration_count = IntegerField(null=True)  # people in the booklet
    notes_before_entry = TextField(null=True)  # what to know before entering
    card_state = Choice(codes.CARD_STATE, null=True)
    short_code = CharField(max_length=10, index=True, default="")

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"short_code": cards.short_code(values["id"])}


@record_type(parents=("household",), policies={"risk_level": SAFEST_RISK})
class Person(Synced):
    """Somebody in a household, or on her own.

    `category` and `assistance` are sets: {code: {"basis", "evidence", "from", "to"}}; dates are ISO text, "to" is null
    while it holds.
    `followed` is derived: whether visits may be due, so that the day's list need not read everybody.
    """

    derived = frozenset({"followed"})

    household = Ref(null=True)
    name = CharField(max_length=80, null=True)
    sex = Choice(codes.SEX, null=True)
    birth_date = Iso(null=True)
    id_type = Choice(codes.ID_TYPE, null=True)
    id_number = CharField(max_length=30, null=True)
    ethnicity = CharField(max_length=20, null=True)
    registration_kind = Choice(codes.REGISTRATION, null=True)
    registered_place = CharField(max_length=200, null=True)
    health = Choice(codes.HEALTH, null=True)
    disability_kind = Choice(codes.DISABILITY, null=True)
    disability_grade = Choice(codes.DISABILITY_GRADE, null=True)
    education = Choice(codes.EDUCATION, null=True)
    boarding = Choice(codes.YES_NO, null=True)
    relation_to_head = Choice(codes.RELATION_TO_HEAD, null=True)
    away = Choice(codes.YES_NO, null=True)  # lives elsewhere for work or school
    phone = CharField(max_length=20, null=True)
    notes = TextField(null=True)

    father_name = CharField(max_length=80, null=True)
    father_phone = CharField(max_length=20, null=True)
    father_status = Choice(codes.PARENT_STATUS, null=True)
    father_workplace = CharField(max_length=200, null=True)
    father_occupation = CharField(max_length=80, null=True)
    mother_name = CharField(max_length=80, null=True)
    mother_phone = CharField(max_length=20, null=True)
    mother_status = Choice(codes.PARENT_STATUS, null=True)
    mother_workplace = CharField(max_length=200, null=True)
    mother_occupation = CharField(max_length=80, null=True)

    guardian_name = CharField(max_length=80, null=True)
    guardian_id = CharField(max_length=30, null=True)
    guardian_phone = CharField(max_length=20, null=True)
    guardian_relation = Choice(codes.GUARDIAN_RELATION, null=True)
    guardian_health = Choice(codes.CARER_HEALTH, null=True)
    entrust_reason = Choice(codes.ENTRUST_REASON, null=True)
    contact_frequency = Choice(codes.CONTACT_FREQUENCY, null=True)
    last_contact_on = Iso(null=True)
    guardianship = Choice(codes.GUARDIANSHIP, null=True)

    category = Elements()
    assistance = Elements()
    risk_level = Choice(codes.RISK_LEVEL, null=True)
    risk_on = Iso(null=True)
    risk_submission = Ref(null=True)
    followed = BooleanField(index=True, default=False)

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"followed": bool(values["category"] or values["risk_level"])}


@record_type(parents=("person", "household"))
class Case(Synced):
    """Work in hand for a person or a home, through the stages of a programme.

    `history` is append-only: {entry id: {"stage", "at", "by", "why", "submission"}}.
    """

    person = Ref(null=True)
    household = Ref(null=True)
    programme = CharField(max_length=40, null=True)
    stage = CharField(max_length=24, null=True)
    opened_on = Iso(null=True)
    closed_on = Iso(null=True)
    owner = CharField(max_length=16, null=True)
    due_on = Iso(null=True)
    history = Elements()

    class Meta:
        table_name = "work_case"  # "case" is a word of SQL


@record_type(parents=("household",))
class Visit(Synced):
    """A visit to a home, or for one person of it. A telephone call is a visit with `in_person` false."""

    household = Ref(null=True)
    person = Ref(null=True)
    started_at = IsoTime(null=True)
    finished_at = IsoTime(null=True)
    arrival = Choice(codes.ARRIVAL, null=True)
    arrival_reason = CharField(max_length=400, null=True)  # why without a scan
    outcome = Choice(codes.OUTCOME, null=True)
    in_person = BooleanField(null=True)
    notes = TextField(null=True)
    next_on = Iso(null=True)
    next_reason = CharField(max_length=400, null=True)  # why later than the rule says
    visitor = CharField(max_length=16, null=True)
    late_entry = BooleanField(null=True)  # written down afterwards, not at the door


@record_type(parents=("person", "household"))
class Submission(Synced):
    """A filled form, final. It never changes; a correction is another submission whose `corrects` names this one."""

    person = Ref(null=True)
    household = Ref(null=True)
    form = CharField(max_length=40, null=True)
    form_version = CharField(max_length=40, null=True)
    visit = Ref(null=True)
    answers = Json(null=True)
    result = Json(null=True)
    finalised_at = IsoTime(null=True)
    author = CharField(max_length=16, null=True)
    corrects = Ref(null=True)


@record_type(parents=("person", "household"), policies={"level": SAFEST_RISK})
class Task(Synced):
    """Something promised. `title` is a code (`labels.TASK_TITLE`); `source` the submission or visit it comes from."""

    person = Ref(null=True)
    household = Ref(null=True)
    kind = CharField(max_length=24, null=True)
    title = CharField(max_length=80, null=True)
    due_on = Iso(null=True)
    source = Ref(null=True)
    programme = CharField(max_length=40, null=True)
    assignee = CharField(max_length=16, null=True)
    done_at = IsoTime(null=True)
    done_by = CharField(max_length=16, null=True)
    outcome = TextField(null=True)
    level = Choice(codes.RISK_LEVEL, null=True)


MODELS: tuple[type[Synced], ...] = (Household, Person, Case, Visit, Submission, Task)

S = TypeVar("S", bound=Synced)


def live(model: type[S], *conditions: Any) -> peewee.ModelSelect[S]:
    """The rows of a model that nobody has voided, and that fit all `conditions`."""
    return model.select().where(model.void.is_null(), *conditions)
