// Files are chosen, dragged or photographed, and sent one at a time, each with its title, its progress and its
// answer. Without this script the form sends them all at once and the page says what became of them.
import { add, areChosen, arrange, complain, leaveOut, settle, waiting, word } from "./chosen-files.js";
import { sendFile } from "./send-file.js";

const form = document.getElementById("attach-form");
const list = document.getElementById("chosen-files");
const place = document.getElementById("drop-place");
const fields = document.getElementById("attach-fields");
const inputs = [...form.querySelectorAll("input[type=file]")];
const submit = form.querySelector("[type=submit]");

function dataWith(row, file) {
  const data = new FormData(form);
  const title = row.querySelector("input").value;
  // One form creates once, and here it is sent for each of its files.
  data.delete("once");
  data.set("chosen", file);
  if (title) data.set("title", title);
  return data;
}

// Resolves to whether the next file may be sent: what is wrong in the fields is wrong for all.
async function sendRow(row, file) {
  const [bar, answer] = [row.querySelector("progress"), row.querySelector(".chosen-answer")];
  const sent = await sendFile(dataWith(row, file), (share) => {
    bar.hidden = false;
    bar.value = share;
    answer.textContent = share === 1 ? word("checking") : "";
  });
  bar.hidden = true;
  if (sent.problem) {
    complain(row, sent.problem);
  } else if (sent.refused === "fields") {
    answer.textContent = "";
    fields.innerHTML = sent.answer;
    return false;
  } else {
    answer.innerHTML = sent.answer;
    settle(row, sent.refused ? "refused" : "done");
  }
  return true;
}

async function sendAll() {
  submit.disabled = true;
  for (const [row, file] of waiting()) {
    if (!(await sendRow(row, file))) break;
  }
  submit.disabled = false;
  arrange();
  const error = fields.querySelector(".error-summary");
  if (error) error.focus();
  else list.querySelector("[data-state=refused]")?.scrollIntoView({ block: "nearest" });
}

form.addEventListener("submit", (event) => {
  if (!areChosen()) return;
  event.preventDefault();
  // What was wrong is asked anew.
  fields.querySelector(".error-summary")?.remove();
  sendAll();
});
for (const input of inputs) {
  input.addEventListener("change", () => {
    [...input.files].forEach(add);
    input.value = "";
  });
}
list.addEventListener("click", (event) => {
  const row = event.target.closest("[data-leave-out]")?.closest("li");
  if (!row) return;
  leaveOut(row);
  inputs[0].focus();
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  place.addEventListener(kind, (event) => {
    event.preventDefault();
    place.classList.toggle("is-over", kind === "dragover");
    if (kind === "drop") [...event.dataTransfer.files].forEach(add);
  });
}
place.querySelector(".drop-hint").hidden = false;
