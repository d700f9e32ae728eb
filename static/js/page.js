// Three small comforts: text size without a new page, printing, and toasts that leave. All work without it but the last two.
(() => {
  "use strict";
  const sizes = ["m", "l", "xl"];

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-size-form]")) return;
    event.preventDefault(); // a new page would cost a half-written sentence
    const root = document.documentElement;
    root.dataset.size = sizes[(sizes.indexOf(root.dataset.size) + 1) % sizes.length];
    const data = new FormData(form);
    data.set("size", root.dataset.size);
    fetch(form.action, { method: "POST", body: data, redirect: "manual" });
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  for (const toast of document.querySelectorAll(".toast:not(.still)")) setTimeout(() => toast.remove(), 6000);
})();
