// The worklist: how many rows are ticked, and one tick for all of the page.
const list = document.querySelector("[data-worklist]");
const all = list?.querySelector("[data-tick-all]");
const chosen = list?.querySelector("[data-chosen]");

const boxes = () => [...list.querySelectorAll("input[name=referral]")];

function count() {
  const ticked = boxes().filter((box) => box.checked).length;
  const words = chosen.dataset;
  chosen.textContent = ticked === 1 ? words.one : words.many.replace("%d", ticked);
  const box = all.querySelector("input");
  box.checked = ticked > 0 && ticked === boxes().length;
  box.indeterminate = ticked > 0 && !box.checked;
}

if (all && chosen) {
  all.hidden = false;
  list.addEventListener("change", (event) => {
    if (all.contains(event.target)) boxes().forEach((box) => (box.checked = event.target.checked));
    if (event.target.matches("[type=checkbox]")) count();
  });
  document.addEventListener("htmx:afterSettle", count);
  count();
}
