"""What can be wrong with a form or with what is asked of it. Faults of expressions are `forms.xpath` errors."""

from __future__ import annotations


def N_(text: str) -> str:
    """Mark a sentence for translation where it is written (the engine itself translates nothing)."""
    return text


MESSAGES = {
    "unreadable": N_("读不懂这个文件：%(reason)s"),
    "xlsform": N_("这张表转换不了：%(reason)s"),
    "unsafe": N_("表里不能有文档类型或实体声明"),
    "model": N_("表里没有 %(name)s"),
    "path": N_("「%(path)s」没有对应的题目"),
    "expression": N_("%(path)s 的 %(part)s：%(reason)s"),
    "cycle": N_("这些公式互相依赖，算不出来：%(paths)s"),
    "endless": N_("「%(path)s」的公式一直在变，停不下来"),
    "unknown-path": N_("这张表里没有「%(path)s」"),
    "not-a-question": N_("「%(path)s」不是可以回答的题目"),
    "computed": N_("「%(path)s」是自动算出来的，不能填写"),
    "readonly": N_("「%(path)s」现在不能修改"),
    "not-a-repeat": N_("「%(path)s」不是可以增减的循环组"),
    "submission": N_("这份填报读不懂：%(reason)s"),
    "other-form": N_("这是表「%(found)s」的填报，不是「%(expected)s」的"),
}


class FormError(ValueError):
    """A form, a submission or a request that cannot be served.

    `code` is a key of MESSAGES, `params` fill its sentence. Whoever shows it translates `text` and fills in `params`.
    """

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.text = MESSAGES[code]
        self.params = params

    def __str__(self) -> str:
        return self.text % self.params


class UnknownPath(FormError):
    """No question, group or repeat stands at this path."""
