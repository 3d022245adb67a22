// The exercise library: the button says how many are ticked.

function count(form) {
  const button = form.querySelector("button[data-many]");
  if (!button) return;
  const ticked = form.querySelectorAll("input[name=codes]:checked").length;
  const words = button.dataset;
  button.textContent = [words.none, words.one][ticked] ?? words.many.replace("{count}", ticked);
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-exercise-picker]");
  if (form) count(form);
});
