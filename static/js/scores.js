// The scores of a draft: what the server has of each, and the pain now beside them.
const scores = document.getElementById("scores");
const cellOf = (field) => document.getElementById(`score-${field}`);

// What is recorded goes with the next score of the same field, so that nobody's is overwritten unseen.
document.addEventListener("scored", ({ detail: { known, taken = {} } }) => {
  for (const [field, value] of Object.entries(known)) {
    const cell = cellOf(field);
    if (cell) cell.querySelector("[data-known]").value = value;
  }
  for (const [field, value] of Object.entries(taken)) {
    const input = cellOf(field)?.querySelector(".score-input");
    if (input) input.value = value;
  }
});

scores?.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const input = target.querySelector?.(":scope > .score-input");
  if (!input || !detail.xhr?.status) return;
  const isWrong = detail.xhr.status === 422;
  input.classList.toggle("is-invalid", isWrong);
  if (isWrong) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
});

// The row of an activity that is there already gives way to the one that comes.
const form = document.getElementById("add-activity");
document.addEventListener("activity", ({ detail }) => {
  const row = document.getElementById(`activity-${detail.id}`);
  if (row && !row.classList.contains("is-dropped")) row.remove();
  document.getElementById("activity-problem").replaceChildren();
  form.reset();
  addEventListener("htmx:afterSettle", () => document.querySelector(`#activity-${CSS.escape(detail.id)} .score-input`)?.focus(), { once: true });
});

// The pain now is asked with the notes; here it is only shown.
const shown = scores?.querySelector("[data-pain-now] b");
document.addEventListener("change", ({ target }) => {
  if (shown && target.name === "pain_now") shown.textContent = target.value || "–";
});
