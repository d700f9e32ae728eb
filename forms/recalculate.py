"""After an answer: evaluate what depends on it, in order, once; and tell what changed for the person who looks on."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from forms.definition import Choice, Form, Question
from forms.errors import FormError
from forms.graph import Reader, Rule
from forms.tree import NOT_COLLECTED, Field, Tree
from forms.xpath import Context, ExpressionError, Node

MOST_ROUNDS = 1000
"""How often one rule may be evaluated at one node in one go; a running total over a repeat needs as many as it has."""

MOST_OCCURRENCES = 10_000


class Recalculation:
    """The rules of one filling at work. Not to be used by two threads at once."""

    def __init__(self, form: Form, tree: Tree, context: Context) -> None:
        self.form = form
        self.tree = tree
        self.context = context
        self.parked: dict[str, str] = {}
        self._heap: list[tuple[int, int, Rule, Field]] = []
        self._ticket = count()
        self._queued: set[tuple[Rule, Field]] = set()
        self._rounds: dict[tuple[Rule, Field], int] = {}
        self._before: dict[Field, tuple[object, ...]] = {}
        self._reworded: set[Field] = set()

    # -- what may happen ------------------------------------------------------------------------------------------

    def everything(self) -> frozenset[str]:
        """Evaluate every rule at every node."""
        for field in self.tree.walk():
            self._queue_all(field)
        return self.settle()

    def put(self, field: Field, answer: str) -> None:
        """Take an answer; `settle` draws the consequences."""
        self._touch(field)
        if field.allowed is None and isinstance(field.element, Question) and field.element.itemset is not None:
            field.allowed = self.allowed(field.element, field)
        field.put(answer)
        self._shown(field)

    def added(self, occurrence: Field) -> None:
        """A repeat has one occurrence more."""
        for field in [*self.tree.family(occurrence)]:
            self._touch(field)
            self._queue_all(field)
            self._notify(field)

    def remove(self, occurrence: Field) -> None:
        """Take an occurrence away; whoever read it, and whoever counts positions, is evaluated again."""
        later = [each for each in self.tree.occurrences(occurrence.path.rpartition("[")[0]) if each is not occurrence]
        for field in [*self.tree.family(occurrence)]:
            self._notify(field)
        self.tree.remove(occurrence)
        for field in (below for each in later for below in self.tree.family(each)):
            self._reworded.add(field)
            self._queue_rules(field, lambda rule: rule.expression.impure)

    def resize(self, path: str, wanted: int) -> None:
        """Bring the repeat at `path` to a number of occurrences; what was answered beyond it is parked."""
        present = self.tree.occurrences(path)
        for occurrence in reversed(present[wanted:]):
            self._park(occurrence)
            self.remove(occurrence)
        for _ in range(min(wanted, MOST_OCCURRENCES) - len(present)):
            occurrence = self.tree.add(path)
            self.added(occurrence)
            self._unpark(occurrence)
        self._reworded.add(self.tree.field(path))

    def language_changed(self, context: Context) -> None:
        """Evaluate again what speaks the language shown."""
        self.context = context
        words = frozenset({"jr:itext", "jr:choice-name", "format-date", "format-date-time"})
        for field in self.tree.walk():
            self._queue_rules(field, lambda rule: bool(words & rule.expression.functions))
        self.settle()

    def settle(self) -> frozenset[str]:
        """Evaluate what waits, in order; the paths of all whose look changed since the last time."""
        while self._heap:
            _, _, rule, field = heappop(self._heap)
            self._queued.discard((rule, field))
            if not field.gone:
                self._count(rule, field)
                RULES[rule.kind](self, rule, field)
        changed = {field for field, seen in self._before.items() if field.seen() != seen} | self._reworded
        self._before, self._reworded, self._rounds = {}, set(), {}
        return frozenset(field.path for field in changed if not field.gone)

    def allowed(self, question: Question, field: Field) -> frozenset[str] | None:
        """The names of the choices there are now; None when their list is not at hand, so that any name will do."""
        if question.itemset is None:
            return frozenset(choice.name for choice in question.choices) or None
        nodes = self.choice_nodes(question, field)
        if not nodes and not question.choices and "instance(" in question.itemset.nodes.source:
            return None
        return frozenset(self.choice_name(question, node) for node in nodes)

    def choice_nodes(self, question: Question, field: Field) -> list[Node]:
        """The nodes that an itemset draws its choices from."""
        assert question.itemset is not None
        try:
            return question.itemset.nodes.nodes(self.context, field.node)
        except ExpressionError as error:
            field.broken["choices"] = str(error)
            return []

    def choice_name(self, question: Question, node: Node) -> str:
        """The value that stands for a node of an itemset."""
        assert question.itemset is not None
        if isinstance(node.data, Choice) and question.itemset.plain:
            return node.data.name
        return question.itemset.value.string(self.context, node)

    # -- the queue ------------------------------------------------------------------------------------------------

    def _queue(self, rule: Rule, field: Field) -> None:
        if (rule, field) not in self._queued:
            self._queued.add((rule, field))
            heappush(self._heap, (self.form.graph.rank[rule], next(self._ticket), rule, field))

    def _queue_all(self, field: Field) -> None:
        self._queue_rules(field, lambda rule: True)

    def _queue_rules(self, field: Field, wanted: Callable[[Rule], bool]) -> None:
        for rule in self.form.graph.at.get(field.element.path, ()):
            if wanted(rule):
                self._queue(rule, field)

    def _count(self, rule: Rule, field: Field) -> None:
        rounds = self._rounds[rule, field] = self._rounds.get((rule, field), 0) + 1
        if rounds > MOST_ROUNDS:
            self._heap.clear()
            self._queued.clear()
            raise FormError("endless", path=field.path)

    def _notify(self, field: Field) -> None:
        """Queue whoever reads this field's value."""
        for reader in self.form.graph.readers.get(field.element.path, ()):
            for reached in _reached(field, reader):
                self._queue(reader.rule, reached)
        self._queue_rules(field, lambda rule: rule.kind == "constraint")

    def _touch(self, field: Field) -> None:
        if field not in self._before:
            self._before[field] = field.seen()

    def _shown(self, field: Field) -> None:
        if field.show():
            self._notify(field)

    # -- the rules ------------------------------------------------------------------------------------------------

    def _boolean(self, rule: Rule, field: Field, otherwise: bool) -> bool:
        """The value of a yes-or-no rule; when it cannot be computed, what stands for it, and the fault is kept."""
        try:
            value = rule.expression.boolean(self.context, field.node)
        except ExpressionError as error:
            field.broken[rule.kind] = str(error)
            return otherwise
        field.broken.pop(rule.kind, None)
        return value

    def _calculate(self, rule: Rule, field: Field) -> None:
        self._touch(field)
        try:
            result = rule.expression.string(self.context, field.node)
            field.broken.pop(rule.kind, None)
        except ExpressionError as error:
            field.broken[rule.kind], result = str(error), ""
        field.put(_as_type(field.bind.type, result))
        self._shown(field)

    def _relevant(self, rule: Rule, field: Field) -> None:
        self._touch(field)
        field.own = self._boolean(rule, field, otherwise=True)
        self._spread(field)

    def _spread(self, field: Field) -> None:
        """Relevance reaches down: what stands in an irrelevant group does not count either."""
        relevant = field.own and (field.above is None or field.above.relevant)
        if relevant == field.relevant:
            return
        self._touch(field)
        field.relevant = relevant
        if isinstance(field.element, Question):
            self._shown(field)
        for child in field.node.children:
            if isinstance(child.data, Field):
                self._spread(child.data)

    def _required(self, rule: Rule, field: Field) -> None:
        self._touch(field)
        field.required = self._boolean(rule, field, otherwise=False)

    def _readonly(self, rule: Rule, field: Field) -> None:
        self._touch(field)
        field.readonly = self._boolean(rule, field, otherwise=False)

    def _constraint(self, rule: Rule, field: Field) -> None:
        self._touch(field)
        field.holds = not field.node.value or self._boolean(rule, field, otherwise=True)

    def _label(self, rule: Rule, field: Field) -> None:
        self._reworded.add(field)

    def _message(self, rule: Rule, field: Field) -> None:
        if not field.holds or (field.required and not field.answered):
            self._reworded.add(field)

    def _choices(self, rule: Rule, field: Field) -> None:
        """The choices may be others now; an answer that is no longer among them is kept, and is an error."""
        self._reworded.add(field)
        field.broken.pop("choices", None)
        field.allowed = None
        if field.raw and isinstance(field.element, Question):
            self._touch(field)
            field.allowed = self.allowed(field.element, field)
            field.read()
            self._shown(field)

    def _repeat_count(self, rule: Rule, field: Field) -> None:
        """Bring a repeat to its number. What was answered beyond it is parked, for when the number grows again."""
        if not field.counter:
            return
        number = rule.expression.number(self.context, field.node)
        self.resize(field.path, int(min(number, MOST_OCCURRENCES)) if number > 0 else 0)

    def _park(self, occurrence: Field) -> None:
        for field in self.tree.family(occurrence):
            if field.answered and not field.bind.calculate:
                self.parked[field.path] = NOT_COLLECTED if field.nc else field.raw

    def _unpark(self, occurrence: Field) -> None:
        for field in [*self.tree.family(occurrence)]:
            if field.path in self.parked:
                self.put(field, self.parked.pop(field.path))


RULES: dict[str, Callable[[Recalculation, Rule, Field], None]] = {
    "calculate": Recalculation._calculate,
    "relevant": Recalculation._relevant,
    "required": Recalculation._required,
    "readonly": Recalculation._readonly,
    "constraint": Recalculation._constraint,
    "label": Recalculation._label,
    "message": Recalculation._message,
    "choices": Recalculation._choices,
    "count": Recalculation._repeat_count,
}


def _reached(field: Field, reader: Reader) -> list[Field]:
    """The fields of a rule that can read a field: up to the anchor, then down by names."""
    node = field.node
    for _ in range(reader.up):
        if node.parent is not None:
            node = node.parent
    nodes = [node]
    for name in reader.down[:-1]:
        nodes = [child for each in nodes for child in each.named(name)]
    if not reader.down:
        return [node.data] if isinstance(node.data, Field) else []
    last = reader.down[-1]
    counters = [each.data.repeats[last] for each in nodes if isinstance(each.data, Field) and last in each.data.repeats]
    found = [child.data for each in nodes for child in each.named(last) if isinstance(child.data, Field)]
    return counters + found


def _as_type(type_: str, result: str) -> str:
    """A computed result as the type of its question holds it: whole numbers without a fraction."""
    if type_ == "int" and "." in result:
        try:
            return str(int(float(result)))
        except ValueError:
            return result
    return result
