// Short notes in the corner. Good news leaves by itself, trouble stays until it is closed.
const STAY_MS = 8000;

function leaveSoon(note) {
  if (note.matches(".note-warning, .note-error")) return;
  let timer = setTimeout(() => note.remove(), STAY_MS);
  note.addEventListener("pointerenter", () => clearTimeout(timer));
  note.addEventListener("focusin", () => clearTimeout(timer));
  note.addEventListener("pointerleave", () => {
    timer = setTimeout(() => note.remove(), STAY_MS);
  });
}

export function dismissible(corner) {
  if (!corner) return;
  corner.querySelectorAll(".note").forEach(leaveSoon);
  corner.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".note").remove();
  });
}

export function toast(text, level = "info") {
  const corner = document.querySelector(".toasts");
  const pattern = document.getElementById("note-pattern");
  if (!corner || !pattern) return;
  const note = pattern.content.firstElementChild.cloneNode(true);
  note.classList.add(`note-${level}`);
  note.querySelector("p").textContent = text;
  corner.append(note);
  leaveSoon(note);
}
