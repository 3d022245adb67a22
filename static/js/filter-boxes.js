// A long list of boxes to tick: typing hides those without the words, and the number of ticked ones follows.

function filter(box) {
  const words = box.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  for (const row of document.querySelectorAll(`#${box.dataset.filters} .form-check`)) {
    const text = row.textContent.toLocaleLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
  for (const group of document.querySelectorAll(`#${box.dataset.filters} fieldset`)) {
    group.hidden = !group.querySelector(".form-check:not([hidden])");
  }
}

document.addEventListener("input", (event) => {
  if (event.target.dataset.filters) filter(event.target);
});

// Enter looks for a condition here; it does not send the form.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.dataset.filters) event.preventDefault();
});

document.addEventListener("change", (event) => {
  const boxes = event.target.closest(".condition-boxes");
  const count = boxes?.querySelector("[data-ticked-count]");
  if (count) count.textContent = boxes.querySelectorAll("input:checked").length;
});
