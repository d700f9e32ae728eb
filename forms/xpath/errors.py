"""What can be wrong with an expression, in words, with the expression and the place in it."""

from __future__ import annotations


def N_(text: str) -> str:
    """Mark a sentence for translation where it is written (the engine itself translates nothing)."""
    return text


MESSAGES = {
    "syntax": N_("在「%(found)s」处看不懂，这里应当是%(expected)s"),
    "end": N_("公式没有写完，末尾还应当有%(expected)s"),
    "character": N_("公式里有不认识的符号「%(found)s」"),
    "quote": N_("引号没有成对"),
    "empty": N_("公式是空的"),
    "long": N_("公式太长，最多 %(limit)s 个字符"),
    "deep": N_("公式套得太深，最多 %(limit)s 层"),
    "axis": N_("没有「%(name)s」这个轴"),
    "function": N_("没有「%(name)s」这个函数"),
    "arguments": N_("函数 %(name)s 需要 %(expected)s 个参数，这里写了 %(found)s 个"),
    "node-set": N_("%(name)s 需要的是题目（节点），不是一个值"),
    "path": N_("函数 %(name)s 的第 %(number)s 个参数应当是题目或循环组的路径"),
    "outside": N_("函数 indexed-repeat 的第 %(number)s 个参数应当是第一个参数外面的循环组"),
    "variable": N_("没有名叫「%(name)s」的变量"),
    "instance": N_("没有名叫「%(name)s」的数据表"),
    "pattern": N_("正则表达式「%(pattern)s」写得不对"),
    "pattern-long": N_("正则表达式太长，最多 %(limit)s 个字符"),
    "pattern-slow": N_("正则表达式「%(pattern)s」算得太久，请写得简单一些"),
    "date": N_("「%(value)s」不是日期"),
    "format": N_("日期格式里有不认识的「%(found)s」"),
    "digest": N_("没有「%(name)s」这种摘要算法或编码"),
    "geo": N_("「%(value)s」不是坐标"),
    "number": N_("函数 %(name)s 的参数「%(value)s」不是可用的数字"),
    "pairs": N_("函数 %(name)s 的答案和权重要成对"),
}

AROUND = 60
"""Characters of a long expression that are shown before and after the place."""


class ExpressionError(ValueError):
    """An expression that cannot be read or cannot be computed.

    `code` names the fault (a key of MESSAGES), `params` fill its sentence, `expression` and `position` (0-based,
    in characters) say where. Whoever shows it translates `text` and fills in `params`.
    """

    def __init__(self, code: str, /, expression: str = "", position: int = 0, **params: object) -> None:
        self.code = code
        self.text = MESSAGES[code]
        self.params = params
        self.expression = expression
        self.position = position
        super().__init__(code)

    def __str__(self) -> str:
        sentence = self.text % self.params
        return f"{sentence}（第 {self.position + 1} 个字符：{self.excerpt()}）" if self.expression else sentence

    def excerpt(self) -> str:
        """The expression around the place, shortened when it is long."""
        start, end = max(self.position - AROUND, 0), self.position + AROUND
        shown = self.expression[start:end]
        return f"{'…' if start else ''}{shown}{'…' if end < len(self.expression) else ''}"

    def at(self, expression: str, position: int) -> ExpressionError:
        """The same fault with its place, if it has none yet (functions do not know where they were called)."""
        if not self.expression:
            self.expression, self.position = expression, position
        return self
