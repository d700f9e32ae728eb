// The keys of the product. None is a bare letter or digit but where digits choose an answer: a handheld scanner types,
// and a scan anywhere must only scan. Elements name their key: data-key="F2". docs: fieldapp/web/README.md
(() => {
  "use strict";
  const TEXT = "textarea, input:not([type=radio], [type=checkbox], [type=button], [type=submit])";
  const CHOICE = ".q input[type=radio], .q input[type=checkbox]";
  const isShown = (element) => element.getClientRects().length > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isShown);
  const active = () => document.activeElement;

  // Pressing by key first leaves the field, so that the field can say its change.
  function press(element) {
    if (element.matches(TEXT)) return element.select(element.focus());
    active().blur();
    element.click();
  }
  function step(list, from, by) {
    const next = list[list.indexOf(from) + by];
    next?.focus();
    return Boolean(next);
  }

  // F8: from where one is to the next question marked data-todo, around the end to the first.
  function nextTodo(by) {
    const todo = all("[data-todo]").filter((question) => !question.contains(active()));
    const ahead = by > 0 ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
    const there = todo.filter((question) => active().compareDocumentPosition(question) & ahead);
    const question = (there.length ? there : todo).at(by > 0 ? 0 : -1);
    question?.querySelector("input, textarea, select, button, a")?.focus();
    return Boolean(question);
  }
  function choose(digit) {
    const question = active().closest(".q");
    const choices = [...question.querySelectorAll(".opts input")];
    const input = digit === "0" ? question.querySelector(".nc input") : choices[digit - 1];
    input?.click(input.focus());
  }
  function arrow(by) {
    const row = active().closest(".list a.row");
    if (row) return step(all(".list a.row"), row, by);
    const box = active().closest(".opts input[type=checkbox]"); // radios move by themselves
    return box ? step([...box.closest(".opts").querySelectorAll("input")], box, by) : false;
  }
  function isTakenByField(key) {
    return key === "Escape" && (document.querySelector("dialog[open]") || (active().type === "search" && active().value));
  }
  const KEYS = {
    F8: ({ shiftKey }) => nextTodo(shiftKey ? -1 : 1),
    ArrowDown: () => arrow(1),
    ArrowUp: () => arrow(-1),
    Enter: ({ ctrlKey }) => ctrlKey && all(".btn.go").slice(-1).map(press).length > 0,
    z: ({ ctrlKey }) => ctrlKey && !active().matches(TEXT) && all(".toast [data-undo]").map(press).length > 0,
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.metaKey || isTakenByField(event.key)) return;
    const named = event.key.length > 1 && !event.ctrlKey && all(`[data-key="${event.key}"]`)[0];
    if (named) press(named);
    if (named || KEYS[event.key]?.(event)) event.preventDefault();
  });

  // The scanner: keys that follow each other faster than fingers do, and begin like a card. A slow scanner may be given more
  // milliseconds by data-fast on its form.
  const SHORTEST = 20;
  const form = document.getElementById("scanner");
  const fast = () => Number(form?.dataset.fast) || 50;
  const prefix = form?.dataset.prefix ?? "";
  let caught = "";
  let timer = 0;
  let digit = 0;

  // It was a person after all: the field gets the letters, a question its choice.
  function letGo() {
    const text = caught;
    caught = "";
    if (active().matches(CHOICE)) text && choose(text.at(-1));
    else if (text) document.execCommand("insertText", false, text);
  }
  function end() {
    if (caught.length < SHORTEST) return letGo();
    form.elements.code.value = caught;
    caught = "";
    active().blur();
    form.requestSubmit();
  }
  function isScan(event) {
    const candidate = caught + event.key;
    if (event.key === "Enter") return caught.length >= SHORTEST;
    return prefix && event.key.length === 1 && !event.repeat && (prefix.startsWith(candidate) || caught.startsWith(prefix));
  }
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.key === "Shift") return;
    clearTimeout(timer);
    clearTimeout(digit);
    if (isScan(event)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.key === "Enter") return end();
      caught += event.key;
      timer = setTimeout(end, fast());
    } else {
      letGo();
      // A digit waits as well: the number of some other code, scanned here, is no answer.
      if (active().matches(CHOICE) && /^\d$/.test(event.key)) digit = setTimeout(choose, fast(), event.key);
    }
  }, true);
})();
