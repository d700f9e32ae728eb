"""What the registry's codes mean to a person: why a record came back, and how a run of sync ended."""

from __future__ import annotations

from fieldapp.domain import labels
from fieldapp.domain.labels import Words
from fieldapp.domain.refusals import OTHER_REASON, REASONS, why
from fieldapp.errors import N_
from fieldapp.web.errors import Problem, problem
from fieldapp.web.i18n import gettext as _
from sync.errors import NotShown, SyncError, TooLarge, WrongKey

__all__ = ["ADVICE", "OTHER_REASON", "REASONS", "of_sync", "result", "why"]

# How a run ended, in the history's few words.
RESULTS: dict[str, str] = {
    "done": N_("完成"),
    "offline": N_("没有网"),
    "busy": N_("登记中心忙"),
    "not_enrolled": N_("登记中心不认这台电脑"),
    "newer_version": N_("登记中心的版本更新"),
    "forked": N_("同一份数据有两台电脑在用"),
    "malformed": N_("对方的话没听懂"),
    "failed": N_("程序出错"),
    "no_registry": N_("练习用，不同步"),
}

# What to do about it. What passes by itself is not here.
ADVICE: dict[str, str] = {
    "not_enrolled": N_("登记中心不认这台电脑，可能已被停用。记录都在本机，没有丢。请找县里的管理员重新登记。"),
    "newer_version": N_("登记中心的版本比这里的新。请更新程序；记录都在本机，更新以后会接着送。"),
    "forked": N_("有两台电脑在用同一份数据，可能是从备份恢复的。记录都在本机。请先不要再录，找县里的管理员。"),
    "malformed": N_("登记中心的回答没听懂。记录都在本机，会再试；一直这样就请找管理员。"),
    "failed": N_("同步时程序出了错，已经记下来。记录都在本机，会再试；一直这样就请找管理员。"),
    "no_registry": N_("这台电脑是练习用的，没有登记到登记中心，不同步。要真用起来，请另用一个文件夹登记。"),
}


# What a person meets who writes: status, what happened, what to do.
MET: dict[type[SyncError], tuple[int, str, str]] = {
    NotShown: (409, N_("这一页打开以后，记录变了，没有存"), N_("回到上一页重新打开，再改一次")),
    TooLarge: (422, N_("一次改的太多，存不下"), N_("分几次存")),
    WrongKey: (409, N_("数据文件和钥匙对不上，打不开"), N_("请找管理员，不要删任何文件")),
}


def of_sync(error: SyncError) -> Problem:
    """An error of the record store, in words and as a status."""
    status, what, todo = MET.get(type(error), (503, "", ""))
    return problem(status, _(what) if what else "", _(todo) if todo else "")


def result(code: str) -> Words:
    """How a run ended; a code of a later version stands as it is."""
    return Words(RESULTS[code]) if code in RESULTS else labels.raw(code)
