"""The closed lists of codes that records use. Words for them stand in `labels`; forms use the same codes.

The lists follow the public front end of 全国儿童福利信息系统. None holds "not collected": that is an empty value.
"""

from __future__ import annotations

YES_NO = ("yes", "no")
SEX = ("male", "female", "unknown")
ID_TYPE = ("resident_id", "residence_permit", "birth_certificate", "passport", "other", "none")
REGISTRATION = ("rural", "urban", "other")
HEALTH = ("healthy", "weak", "serious_illness", "chronic", "disabled", "other")
CARER_HEALTH = ("healthy", "chronic", "bedridden", "dependent")
# The order is that of the type digit in a disability certificate's number, 1 to 7.
DISABILITY = ("vision", "hearing", "speech", "physical", "intellectual", "mental", "multiple")
DISABILITY_GRADE = ("1", "2", "3", "4")
EDUCATION = ("preschool", "kindergarten", "primary", "junior", "senior", "vocational", "other")
RELATION_TO_HEAD = (
    "head", "spouse", "child", "child_in_law", "grandchild", "parent", "grandparent", "sibling", "other_relative",
    "not_related",
)  # fmt: skip
# At home and away for work, then the states that count for 事实无人抚养 (民发〔2019〕62号, 民发〔2020〕125号).
PARENT_STATUS = (
    "home", "working_away", "deceased", "missing", "no_contact", "prison", "detox", "restricted", "severe_disability",
    "serious_illness", "revoked", "deported", "other",
)  # fmt: skip
GUARDIAN_RELATION = ("grandparent", "relative_friend", "other")
ENTRUST_REASON = ("both_away", "one_away", "both_unable")
CONTACT_FREQUENCY = ("daily", "weekly", "monthly", "rarely", "never")
GUARDIANSHIP = ("good", "fair", "poor")
RISK_LEVEL = ("red", "yellow", "blue", "green")
CARD_STATE = ("none", "printed", "posted", "lost")
ARRIVAL = ("scanned", "typed", "unscanned")
OUTCOME = ("done", "not_home", "refused", "moved")

# Elements of `Person.category`: several at once, each with basis, evidence, from, to.
CATEGORY = (
    "left_behind_rural", "left_behind_urban", "difficulty_poverty", "difficulty_disability", "difficulty_guardianship",
    "de_facto_unattended", "orphan", "migrant", "elder_alone", "elder_disabled",
)  # fmt: skip
# Elements of `Person.assistance`.
ASSISTANCE = (
    "poverty_register", "minimum_living", "destitute", "temporary", "medical", "housing", "disability_living",
    "disability_care", "orphan_allowance", "other",
)  # fmt: skip

# 发现—报告—干预—帮扶: discovered, reported, safe, assessed, conference, intervening, supporting, closed.
PROTECTION_STAGES = ("S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7")
