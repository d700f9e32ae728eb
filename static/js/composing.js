// Nothing is sent while an input method composes; the finished words are sent once. Chinese is typed this way: half a
// word would be saved as Latin letters, and an answer arriving meanwhile could tear the candidate window from its field.
(() => {
  "use strict";
  const on = (kind, listener) => document.addEventListener(kind, listener, true);
  const held = new Map(); // element -> the request it wanted to make meanwhile
  let composing = null;
  let missed = false;
  on("compositionstart", ({ target }) => (composing = target));
  for (const kind of ["input", "keyup", "search"])
    window.addEventListener(kind, (event) => {
      if (event.target !== composing) return;
      missed ||= kind === "input";
      event.stopImmediatePropagation();
    }, true);
  on("htmx:confirm", (event) => {
    const { elt, issueRequest } = event.detail;
    if (composing && (elt.closest("form") ?? elt).contains(composing)) event.preventDefault(held.set(elt, issueRequest));
  });
  on("compositionend", ({ target }) => {
    composing = null;
    if (missed) target.dispatchEvent(new Event("input", { bubbles: true }));
    missed = false;
    for (const [elt, issue] of held) issue(false, held.delete(elt));
  });
})();
