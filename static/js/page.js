// Small comforts of every page: text size, printing, toasts that leave, presence, and leaving only when all is sent.
(() => {
  "use strict";
  const root = document.documentElement;
  const sizes = ["m", "l", "xl"];
  const pause = (time) => new Promise((done) => setTimeout(done, time));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-size-form]")) return;
    event.preventDefault(); // a new page would cost a half-written sentence
    root.dataset.size = sizes[(sizes.indexOf(root.dataset.size) + 1) % sizes.length];
    const body = new FormData(form);
    body.set("size", root.dataset.size);
    fetch(form.action, { method: "POST", body, redirect: "manual" });
  });
  document.addEventListener("click", (event) => event.target.closest("[data-print]") && window.print());
  // A chosen file goes at once: the browser's own words beside a file input are not in our language.
  document.addEventListener("change", ({ target }) => target.matches("[data-send]") && target.form.requestSubmit());
  for (const toast of document.querySelectorAll(".toast:not(.still)")) setTimeout(() => toast.remove(), 6000);

  // What was posted to a locked screen goes on by itself; without this script at the press of the button.
  for (const form of document.querySelectorAll("form[data-send-on]")) form.requestSubmit();

  // A poll says that nobody asked for it, unless somebody has been at the keys or the mouse since the last one.
  let present = true;
  for (const kind of ["keydown", "pointerdown", "pointermove"])
    document.addEventListener(kind, () => (present = true), { capture: true, passive: true });
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (present) delete detail.headers["X-Poll"];
    present = false;
  });

  // Links and plain forms wait until typing.js has sent every answer; after 3 s the browser asks before it leaves.
  let leaving = false;
  async function leave(event, go) {
    if (leaving || event.defaultPrevented || !root.hasAttribute("data-unsent")) return;
    event.preventDefault();
    for (let turn = 0; turn < 60 && root.hasAttribute("data-unsent"); turn++) await pause(50);
    leaving = true;
    go();
    leaving = false;
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]:not([href^='#']):not([target])");
    if (link && !event.ctrlKey && !event.shiftKey) leave(event, () => link.click());
  });
  document.addEventListener("submit", (event) => {
    leave(event, () => event.target.requestSubmit(event.submitter));
  });
  window.addEventListener("beforeunload", (event) => root.hasAttribute("data-unsent") && event.preventDefault());
})();
