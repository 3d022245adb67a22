// Search with the keyboard alone: the arrows go through what was found, Enter opens it.
const links = () => [...document.querySelectorAll("#found .row-link")];
const field = document.getElementById("patient-search");

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const found = links();
  const place = found.indexOf(document.activeElement);
  if (place < 0 && document.activeElement !== field) return;
  // From the field only downwards: upwards it is the browser's own "to the beginning".
  if (place < 0 && step < 0) return;
  event.preventDefault();
  const next = place + step;
  if (next < 0) {
    field.focus();
  } else {
    found[Math.min(next, found.length - 1)]?.focus();
  }
});

// A list that is drawn anew under somebody who goes through it: back to the same person, or to the field.
// Never to whoever stands in that place now: Enter would open somebody else.
let chosen = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id === "found") chosen = document.activeElement?.closest("#found .row-link")?.href ?? null;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "found" || !chosen) return;
  (links().find((link) => link.href === chosen) ?? field).focus();
});

// Said from a place that stays: a line that comes with the answer is not read out everywhere.
document.addEventListener("htmx:afterSwap", (event) => {
  const count = document.querySelector("[data-found-count]");
  const said = document.querySelector("#found [data-found]");
  if (event.target.id === "found" && count) count.textContent = said?.textContent.trim() ?? "";
});
