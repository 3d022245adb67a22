// Two people wrote in one draft: for each field one chooses whose text is kept. Then it is saved and shown as it is.
const notes = document.querySelector("#notes [data-outbox]");

function fill(name, value) {
  for (const control of notes.querySelectorAll(`[name="${name}"]`)) {
    if (control.type === "radio") control.checked = control.value === value;
    else control.value = value;
  }
}

function decide(conflict) {
  const { version } = conflict.dataset;
  for (const id of ["id_version", "sign_version"]) document.getElementById(id).value = version;
  conflict.remove();
  // What else they changed is on the page only once it is loaded again.
  notes.addEventListener("htmx:afterRequest", (event) => event.detail.xhr.status === 200 && location.reload(), { once: true });
  notes.dispatchEvent(new Event("change", { bubbles: true }));
}

notes?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-keep]");
  if (!button) return;
  const conflict = button.closest("[data-conflict]");
  const field = button.closest("[data-field]");
  if (button.dataset.keep === "theirs") fill(field.dataset.field, button.dataset.value);
  field.remove();
  const next = conflict.querySelector("[data-keep]");
  if (next) next.focus();
  else decide(conflict);
});

// It may have come while one was writing further down.
notes?.addEventListener("htmx:afterSwap", () => {
  notes.querySelector("[data-conflict] .banner-title")?.scrollIntoView({ block: "center" });
});
