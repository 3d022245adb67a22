// Files are chosen, dragged or photographed, and sent one at a time, each with its title, its progress and its
// answer. Without this script the form sends them all at once and the page says what became of them.
import { sendFile } from "./send-file.js";

const form = document.getElementById("attach-form");
const list = document.getElementById("chosen-files");
const place = document.getElementById("drop-place");
const pattern = document.getElementById("chosen-pattern");
const inputs = [...form.querySelectorAll("input[type=file]")];
const submit = form.querySelector("[type=submit]");
const most = Number(form.dataset.mostBytes);
const words = document.getElementById("chosen-words").content;
const files = new Map();

const word = (name) => words.querySelector(`[data-word=${name}]`).textContent;
const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
const isDone = (row) => row.dataset.state === "done";
const waiting = () => [...files].filter(([row]) => !row.dataset.state);

function complain(row, name) {
  const line = words.querySelector(".field-error").cloneNode(true);
  line.firstElementChild.textContent = word(name);
  row.querySelector(".chosen-answer").replaceChildren(line);
}

// What will not be sent again needs no title; what is attached cannot be left out.
function settle(row, state) {
  row.dataset.state = state;
  row.querySelector("label").remove();
  if (state === "done") row.querySelector("button").remove();
}

// Each file has a title of its own, so the one for all of them steps aside.
function arrange() {
  const rows = [...files.keys()];
  list.hidden = !rows.length;
  document.getElementById("div_id_title").hidden = rows.length > 0;
  submit.hidden = rows.length > 0 && !waiting().length;
  if (rows.some(isDone)) document.getElementById("attach-leave").textContent = word("leave");
  if (rows.length && rows.every(isDone)) location.assign(form.dataset.then);
}

function add(file) {
  const row = pattern.content.firstElementChild.cloneNode(true);
  const leaveOut = row.querySelector("button");
  row.querySelector(".chosen-name").textContent = `${file.name} · ${size(file.size)}`;
  row.querySelector("input").placeholder = file.name.replace(/\.[a-z0-9]{1,5}$/i, "").replace(/[_.]+/g, " ");
  leaveOut.setAttribute("aria-label", `${leaveOut.textContent}: ${file.name}`);
  files.set(row, file);
  list.append(row);
  if (file.size > most) {
    complain(row, "large");
    settle(row, "refused");
  }
  arrange();
}

async function sendRow(row, file) {
  const [bar, answer] = [row.querySelector("progress"), row.querySelector(".chosen-answer")];
  const data = new FormData(form);
  const title = row.querySelector("input").value;
  data.delete("once");
  data.set("chosen", file);
  if (title) data.set("title", title);
  const sent = await sendFile(data, (share) => {
    bar.hidden = false;
    bar.value = share;
    answer.textContent = share === 1 ? word("checking") : "";
  });
  bar.hidden = true;
  if (sent.problem) return complain(row, sent.problem);
  if (sent.refused === "fields") {
    answer.textContent = "";
    document.getElementById("attach-fields").innerHTML = sent.answer;
    throw new Error("fields");
  }
  answer.innerHTML = sent.answer;
  settle(row, sent.refused ? "refused" : "done");
}

async function sendAll() {
  submit.disabled = true;
  try {
    for (const [row, file] of waiting()) await sendRow(row, file);
    list.querySelector("[data-state=refused]")?.scrollIntoView({ block: "nearest" });
  } catch {
    document.querySelector("#attach-fields .error-summary")?.focus();
  }
  submit.disabled = false;
  arrange();
}

form.addEventListener("submit", (event) => {
  if (!files.size) return;
  event.preventDefault();
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
  files.delete(row);
  row.remove();
  arrange();
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
