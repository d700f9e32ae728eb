// Guards for forms that save as they are filled, around htmx 2.0.3. No answer is lost, sent half-composed or overtaken.
// htmx gathers values when a request starts, and silently drops a queued one whose element has left the page; so nothing
// may replace a control before its answer has arrived. `hx-sync="this:queue all"` on the form keeps answers in order.
(() => {
  "use strict";
  const CONTROL = "input, textarea, select";
  const SENDS = "[hx-post], [hx-put], [hx-patch], [hx-delete]";
  const on = (kind, listener) => document.addEventListener(kind, listener, true);
  const show = (id, shown) => document.getElementById(id)?.toggleAttribute("hidden", !shown);
  const isByHand = ({ elt, triggeringEvent }) => /submit|click/.test(triggeringEvent?.type) && !elt.matches(CONTROL);

  // 1. Which answers the server does not have yet. page.js keeps the page open while <html data-unsent> stands.
  const unsent = new Map(); // control -> number of its latest change
  const sending = new WeakMap(); // request -> the changes it carries
  const known = new WeakMap(); // text control -> what the server has, for a change that is taken back before it is sent
  let changes = 0;
  const tell = () => document.documentElement.toggleAttribute("data-unsent", unsent.size > 0);

  function savesItself(control) {
    const sender = control.matches(CONTROL) && control.closest(SENDS);
    return sender && (!sender.matches("form") || /input|change|keyup/.test(sender.getAttribute("hx-trigger")));
  }
  for (const kind of ["input", "change"])
    on(kind, ({ target }) => savesItself(target) && tell(unsent.set(target, ++changes)));
  on("focusin", ({ target }) => known.has(target) || known.set(target, target.value));
  on("focusout", ({ target }) => {
    const taken = !["radio", "checkbox"].includes(target.type) && known.get(target) === target.value;
    setTimeout(() => release(taken && unsent.delete(target)));
  });
  on("htmx:beforeSend", ({ detail: { elt, xhr, requestConfig } }) => {
    const whole = isByHand(requestConfig) ? elt.closest("form") ?? elt : elt;
    const carried = [...unsent].filter(([control]) => whole.contains(control));
    for (const [control] of carried) known.set(control, control.value);
    sending.set(xhr, carried);
  });
  on("htmx:beforeOnLoad", (event) => {
    const { xhr } = event.detail;
    const arrived = xhr.status < 400 || xhr.status === 422 ? sending.get(xhr) : [];
    for (const [control, change] of arrived) if (unsent.get(control) === change) unsent.delete(control);
    // Locked meanwhile: going to the login page would lose what is not sent.
    if (unsent.size && xhr.status === 401 && xhr.getResponseHeader("HX-Redirect")) event.preventDefault();
  });
  on("htmx:afterRequest", ({ detail: { xhr, requestConfig: { elt, verb, path } } }) => {
    const carried = sending.get(xhr)?.length > 0;
    const failed = [0, 401, 502, 503].includes(xhr.status); // nobody there, locked, busy: this passes
    if (failed && carried) setTimeout(() => elt.isConnected && htmx.ajax(verb, path, { source: elt }), 3000);
    if (failed ? carried : !unsent.size) show("unsent", failed);
    if (verb !== "get" && !carried) show("unanswered", xhr.status === 0);
    setTimeout(release);
  });

  // 2. A swap takes away neither the focused control nor an answer on its way; it waits until both are done with.
  const waiting = new Map(); // target -> what to put there, oldest first
  const isInsideWaiting = (target) => [...waiting.keys()].some((outer) => outer !== target && outer.contains(target));
  function inUse(target, byHand) {
    const focused = byHand || !document.activeElement.matches(CONTROL) ? [] : [document.activeElement];
    return [...unsent.keys(), ...focused].filter((control) => target.contains(control));
  }
  const mustWait = (target, byHand) => isInsideWaiting(target) || inUse(target, byHand).length > 0;
  function forget(target) { // what is about to replace the target is newer than all that waits for it and its parts
    for (const element of waiting.keys()) if (target.contains(element)) waiting.delete(element);
  }
  function wait(target, swap) {
    forget(target);
    waiting.set(target, swap);
  }
  function release() {
    for (const control of unsent.keys()) if (!control.isConnected) unsent.delete(control);
    tell();
    for (const [target, swap] of [...waiting]) {
      waiting.delete(target);
      const now = target.isConnected ? target : document.getElementById(target.id);
      if (now && mustWait(now, swap.byHand)) waiting.set(now, swap);
      else if (now) htmx.swap(now, swap.box.innerHTML, { swapStyle: swap.style });
    }
  }
  on("htmx:beforeSwap", ({ detail }) => {
    const { target, requestConfig, swapOverride, shouldSwap } = detail;
    const asked = swapOverride || requestConfig.elt.closest("[hx-swap]")?.getAttribute("hx-swap") || "innerHTML";
    const [style] = asked.split(" ");
    const byHand = isByHand(requestConfig);
    if (!shouldSwap || !["innerHTML", "outerHTML"].includes(style)) return;
    if (!mustWait(target, byHand)) return void forget(target);
    const box = document.createElement("div"); // htmx fills it with this part, and swaps the out-of-band parts now
    wait(target, { box, style, byHand });
    Object.assign(detail, { target: box, swapOverride: "innerHTML" });
  });
  // 3. A frame brings no content. It lends what data-frame names to the element of its id: a question turns plum, a box is
  // cleared by another, and not one control is replaced, were it under the mouse at this moment.
  const PROPERTIES = { checked: (frame) => frame.hasAttribute("checked"), value: (frame) => frame.getAttribute("value") };
  function lend(target, frame) {
    for (const name of frame.dataset.frame.split(" ")) {
      if (name in PROPERTIES) unsent.has(target) || known.set(target, (target[name] = PROPERTIES[name](frame)));
      else if (frame.hasAttribute(name)) target.setAttribute(name, frame.getAttribute(name));
      else target.removeAttribute(name);
    }
  }
  on("htmx:oobBeforeSwap", ({ detail }) => {
    const { target, fragment } = detail;
    const [frame] = fragment.children;
    if (frame?.dataset.frame) return void lend(target, frame, (detail.shouldSwap = false));
    const whole = fragment.nodeType === Node.DOCUMENT_FRAGMENT_NODE;
    // htmx does not say whether it replaces or appends: it replaces a control if it brings one of the same id
    const brings = ({ id }) => whole || (id && fragment.querySelector(`#${CSS.escape(id)}`));
    if (!isInsideWaiting(target) && !inUse(target).some(brings)) return void (whole && forget(target));
    const box = whole ? document.createElement("div") : fragment;
    if (whole) box.append(fragment);
    wait(target, { box, style: whole ? "outerHTML" : "innerHTML" });
    detail.shouldSwap = false;
  });
})();
