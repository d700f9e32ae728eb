"""What fields and codes are called on the screen. Sentences are marked here and translated by the web layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fieldapp.domain import codes
from fieldapp.errors import N_
from sync.schema import type_of
from sync.store.fields import Choice


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence to translate where it is shown; `values` fill it in and stay as they are (names, numbers)."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


def raw(value: object) -> Words:
    """Something that reads the same in every language."""
    return Words("%(raw)s", {"raw": value})


NOT_COLLECTED = Words(N_("未采集"))

TYPES: dict[str, str] = {
    "household": N_("住户"),
    "person": N_("家里人"),
    "work_case": N_("在办的事"),
    "visit": N_("走访"),
    "submission": N_("表"),
    "task": N_("任务"),
}

_PERSON = {
    "household": N_("所在住户"),
    "name": N_("姓名"),
    "sex": N_("性别"),
    "birth_date": N_("出生日期"),
    "id_type": N_("证件类型"),
    "id_number": N_("证件号码"),
    "ethnicity": N_("民族"),
    "registration_kind": N_("户籍性质"),
    "registered_place": N_("户籍地"),
    "health": N_("健康状况"),
    "disability_kind": N_("残疾类型"),
    "disability_grade": N_("残疾等级"),
    "education": N_("教育情况"),
    "boarding": N_("是否寄宿"),
    "relation_to_head": N_("与户主关系"),
    "away": N_("在外居住"),
    "phone": N_("电话"),
    "notes": N_("备注"),
    "father_name": N_("父亲姓名"),
    "father_phone": N_("父亲电话"),
    "father_status": N_("父亲现状况"),
    "father_workplace": N_("父亲务工地"),
    "father_occupation": N_("父亲职业"),
    "mother_name": N_("母亲姓名"),
    "mother_phone": N_("母亲电话"),
    "mother_status": N_("母亲现状况"),
    "mother_workplace": N_("母亲务工地"),
    "mother_occupation": N_("母亲职业"),
    "guardian_name": N_("照料人姓名"),
    "guardian_id": N_("照料人证件号码"),
    "guardian_phone": N_("照料人电话"),
    "guardian_relation": N_("照料人与孩子的关系"),
    "guardian_health": N_("照料人健康状况"),
    "entrust_reason": N_("委托照料原因"),
    "contact_frequency": N_("父母多久联系一次"),
    "last_contact_on": N_("最近一次与父母联系"),
    "guardianship": N_("监护情况"),
    "category": N_("类别"),
    "assistance": N_("正在享受的救助"),
    "risk_level": N_("风险等级"),
    "risk_on": N_("评估日期"),
    "risk_submission": N_("依据的评估"),
}

FIELDS: dict[str, dict[str, str]] = {
    "household": {
        "address": N_("住址"),
        "group_name": N_("组（社）"),
        "head_name": N_("户主姓名"),
        "phone": N_("电话"),
        "household_registration": N_("户口簿"),
        "registration_count": N_("户口簿人数"),
        "notes_before_entry": N_("进门前知道"),
        "card_state": N_("门牌卡"),
    },
    "person": _PERSON,
    "work_case": {
        "person": N_("对象"),
        "household": N_("住户"),
        "programme": N_("项目"),
        "stage": N_("阶段"),
        "opened_on": N_("立案日期"),
        "closed_on": N_("结案日期"),
        "owner": N_("责任人"),
        "due_on": N_("期限"),
        "history": N_("经过"),
    },
    "visit": {
        "household": N_("住户"),
        "person": N_("对象"),
        "started_at": N_("到达时间"),
        "finished_at": N_("完成时间"),
        "arrival": N_("到达方式"),
        "arrival_reason": N_("没扫码的原因"),
        "outcome": N_("走访结果"),
        "in_person": N_("当面走访"),
        "notes": N_("看到的、听到的"),
        "next_on": N_("下次走访"),
        "next_reason": N_("改晚的原因"),
        "visitor": N_("走访人"),
        "late_entry": N_("事后补记"),
    },
    "submission": {
        "person": N_("对象"),
        "household": N_("住户"),
        "form": N_("表"),
        "form_version": N_("表的版本"),
        "visit": N_("走访"),
        "answers": N_("答案"),
        "result": N_("结果"),
        "finalised_at": N_("完成时间"),
        "author": N_("填表人"),
        "corrects": N_("更正的表"),
    },
    "task": {
        "person": N_("对象"),
        "household": N_("住户"),
        "kind": N_("种类"),
        "title": N_("任务"),
        "due_on": N_("期限"),
        "source": N_("来源"),
        "programme": N_("项目"),
        "assignee": N_("责任人"),
        "done_at": N_("完成时间"),
        "done_by": N_("完成人"),
        "outcome": N_("结果"),
        "level": N_("风险等级"),
    },
}
COMMON = {"area": N_("所在地区"), "void": N_("停用原因")}

CATEGORY = {
    "left_behind_rural": N_("农村留守儿童"),
    "left_behind_urban": N_("城镇留守儿童"),
    "difficulty_poverty": N_("困境儿童：家庭贫困"),
    "difficulty_disability": N_("困境儿童：自身残疾"),
    "difficulty_guardianship": N_("困境儿童：监护缺失或不当"),
    "de_facto_unattended": N_("事实无人抚养儿童"),
    "orphan": N_("孤儿"),
    "migrant": N_("流动儿童"),
    "elder_alone": N_("独居老人"),
    "elder_disabled": N_("失能老人"),
}
ASSISTANCE = {
    "poverty_register": N_("建档立卡"),
    "minimum_living": N_("低保"),
    "destitute": N_("特困供养"),
    "temporary": N_("临时救助"),
    "medical": N_("医疗救助"),
    "housing": N_("住房救助"),
    "disability_living": N_("残疾人生活补助"),
    "disability_care": N_("残疾人护理补助"),
    "orphan_allowance": N_("孤儿津贴"),
    "other": N_("其他救助"),
}
ELEMENTS = {"category": CATEGORY, "assistance": ASSISTANCE}

TASK_TITLE = {
    "mandatory_report": N_("强制报告：先打 110，再报镇儿童督导员"),
    "intervene": N_("马上干预"),
    "confirm_move": N_("核实是否搬走"),
    "ask_around": N_("两次未遇：问邻居和学校"),
    "event_visit": N_("事件走访，24 小时内"),
}
PROGRAMME = {"child_protection": N_("监护困境儿童保护"), "child_screening": N_("儿童入户摸排")}
STAGE = {
    "S0": N_("发现"),
    "S1": N_("报告"),
    "S2": N_("应急处置"),
    "S3": N_("评估"),
    "S4": N_("会商"),
    "S5": N_("干预"),
    "S6": N_("帮扶"),
    "S7": N_("结案"),
}

# Words of each closed list of codes.
LISTS: dict[tuple[str, ...], dict[str, str]] = {
    codes.YES_NO: {"yes": N_("是"), "no": N_("否")},
    codes.SEX: {"male": N_("男"), "female": N_("女"), "unknown": N_("说不清")},
    codes.ID_TYPE: {
        "resident_id": N_("居民身份证"),
        "residence_permit": N_("港澳台居民居住证"),
        "birth_certificate": N_("出生医学证明"),
        "passport": N_("护照"),
        "other": N_("其他"),
        "none": N_("没有证件"),
    },
    codes.REGISTRATION: {"rural": N_("农村"), "urban": N_("城镇"), "other": N_("其他")},
    codes.HEALTH: {
        "healthy": N_("健康"),
        "weak": N_("一般或较弱"),
        "serious_illness": N_("重病"),
        "chronic": N_("慢性病"),
        "disabled": N_("残疾"),
        "other": N_("其他"),
    },
    codes.CARER_HEALTH: {
        "healthy": N_("健康"),
        "chronic": N_("慢性病，能照料"),
        "bedridden": N_("常年卧病"),
        "dependent": N_("生活不能自理"),
    },
    codes.DISABILITY: {
        "vision": N_("视力"),
        "hearing": N_("听力"),
        "speech": N_("言语"),
        "physical": N_("肢体"),
        "intellectual": N_("智力"),
        "mental": N_("精神"),
        "multiple": N_("多重"),
    },
    codes.DISABILITY_GRADE: {"1": N_("一级"), "2": N_("二级"), "3": N_("三级"), "4": N_("四级")},
    codes.EDUCATION: {
        "preschool": N_("学龄前"),
        "kindergarten": N_("幼儿园"),
        "primary": N_("小学"),
        "junior": N_("初中"),
        "senior": N_("高中"),
        "vocational": N_("中专及以上"),
        "other": N_("其他"),
    },
    codes.RELATION_TO_HEAD: {
        "head": N_("户主"),
        "spouse": N_("配偶"),
        "child": N_("子女"),
        "child_in_law": N_("儿媳或女婿"),
        "grandchild": N_("孙辈"),
        "parent": N_("父母"),
        "grandparent": N_("祖父母"),
        "sibling": N_("兄弟姐妹"),
        "other_relative": N_("其他亲属"),
        "not_related": N_("非亲属"),
    },
    codes.PARENT_STATUS: {
        "home": N_("在家"),
        "working_away": N_("外出务工"),
        "deceased": N_("死亡"),
        "missing": N_("失踪（法院宣告）"),
        "no_contact": N_("失联 6 个月以上"),
        "prison": N_("服刑在押"),
        "detox": N_("强制隔离戒毒"),
        "restricted": N_("被限制人身自由"),
        "severe_disability": N_("重残"),
        "serious_illness": N_("重病"),
        "revoked": N_("被撤销监护资格"),
        "deported": N_("被遣送（驱逐）出境"),
        "other": N_("其他"),
    },
    codes.GUARDIAN_RELATION: {
        "grandparent": N_("祖父母、外祖父母"),
        "relative_friend": N_("亲戚、朋友"),
        "other": N_("其他"),
    },
    codes.ENTRUST_REASON: {
        "both_away": N_("父母双方同时外出"),
        "one_away": N_("父母一方外出，另一方无监护能力"),
        "both_unable": N_("父母双方无监护能力"),
    },
    codes.CONTACT_FREQUENCY: {
        "daily": N_("几乎每天"),
        "weekly": N_("每周"),
        "monthly": N_("每月"),
        "rarely": N_("几个月一次"),
        "never": N_("没有联系"),
    },
    codes.GUARDIANSHIP: {"good": N_("较好"), "fair": N_("一般"), "poor": N_("差")},
    codes.RISK_LEVEL: {"red": N_("红 一级"), "yellow": N_("黄 二级"), "blue": N_("蓝 三级"), "green": N_("绿 四级")},
    codes.CARD_STATE: {"none": N_("没有"), "printed": N_("已打印"), "posted": N_("已上墙"), "lost": N_("丢了或坏了")},
    codes.ARRIVAL: {"scanned": N_("扫码到达"), "typed": N_("输入短码"), "unscanned": N_("没有扫码")},
    codes.OUTCOME: {"done": N_("见到人了"), "not_home": N_("未遇"), "refused": N_("拒绝走访"), "moved": N_("已搬走")},
}
_BY_FIELD = {
    ("task", "title"): TASK_TITLE,
    ("task", "programme"): PROGRAMME,
    ("work_case", "programme"): PROGRAMME,
    ("work_case", "stage"): STAGE,
}


def field_label(kind: str, name: str) -> Words:
    """What a field is called; of an element, "类别：农村留守儿童" in its parts."""
    column, _, element = name.partition("/")
    label = FIELDS.get(kind, {}).get(column) or COMMON.get(column) or column
    return Words(ELEMENTS.get(column, {}).get(element, label)) if element else Words(label)


def value_words(kind: str, name: str, value: Any) -> Words:
    """A value as a person reads it: the word of a code, else the value itself; "not collected" for none."""
    if value is None or value == "":
        return NOT_COLLECTED
    if isinstance(value, bool):
        return Words(LISTS[codes.YES_NO]["yes" if value else "no"])
    if isinstance(value, dict):
        return _element_words(value)
    words = _list_of(kind, name)
    return Words(words[value]) if value in words else raw(value)


def _list_of(kind: str, name: str) -> Mapping[str, str]:
    column = type_of(kind).columns.get(name)
    return LISTS[column.codes] if isinstance(column, Choice) else _BY_FIELD.get((kind, name), {})


def _element_words(value: Mapping[str, Any]) -> Words:
    """The dates within which an element of a set holds, and its basis."""
    since, until = value.get("from") or "…", value.get("to")
    basis = value.get("basis") or ""
    if until:
        return Words(N_("%(from)s 至 %(to)s %(basis)s"), {"from": since, "to": until, "basis": basis})
    return Words(N_("从 %(from)s 起 %(basis)s"), {"from": since, "basis": basis})
