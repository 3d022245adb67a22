// The panel is replaced at each answer: what somebody has opened in it stays open.

const panel = document.getElementById("assessment");
const opened = new Set();

panel?.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.open) opened.add(target.dataset.why);
    else opened.delete(target.dataset.why);
  },
  true, // a toggle does not bubble
);

document.addEventListener("htmx:afterSwap", () => {
  for (const box of panel?.querySelectorAll("details[data-why]") ?? []) {
    if (opened.has(box.dataset.why)) box.open = true;
  }
});
