// Files are chosen, dragged or photographed, and sent one at a time, each with its title, its progress and its
// answer. Without this script the form sends them all at once and the page says what became of them.
import { askSession } from "./session.js";

const form = document.getElementById("attach-form");
const list = document.getElementById("chosen-files");
const place = document.getElementById("drop-place");
const pattern = document.getElementById("chosen-pattern");
const inputs = [...form.querySelectorAll("input[type=file]")];
const submit = form.querySelector("[type=submit]");
const most = Number(form.dataset.mostBytes);
const files = new Map();
const word = (name) =>
  document.getElementById("chosen-words").content.querySelector(`[data-word=${name}]`).textContent;
const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
const isDone = (row) => row.querySelector(".chosen-done") !== null;

function say(row, text) {
  const line = document.createElement("p");
  const words = document.createElement("span");
  line.className = "field-error";
  words.textContent = text;
  line.append(words);
  row.querySelector(".chosen-answer").replaceChildren(line);
}

// Each file has a title of its own, so the one for all of them steps aside.
function arrange() {
  list.hidden = !files.size;
  document.getElementById("div_id_title").hidden = files.size > 0;
}

function add(file) {
  const row = pattern.content.firstElementChild.cloneNode(true);
  row.querySelector(".chosen-name").textContent = `${file.name} · ${size(file.size)}`;
  const leaveOut = row.querySelector("[data-leave-out]");
  leaveOut.setAttribute("aria-label", `${leaveOut.textContent}: ${file.name}`);
  row.querySelector("input").placeholder = file.name.replace(/\.[a-z0-9]{1,5}$/i, "").replace(/[_.]+/g, " ");
  files.set(row, file);
  list.append(row);
  arrange();
  if (file.size > most) say(row, word("large"));
}

function sendOne(row, file) {
  const [bar, answer] = [row.querySelector("progress"), row.querySelector(".chosen-answer")];
  const data = new FormData(form);
  const title = row.querySelector("input").value;
  data.delete("once");
  data.set("chosen", file);
  if (title) data.set("title", title);
  return new Promise((settle) => {
    const request = new XMLHttpRequest();
    const over = (text) => {
      bar.hidden = true;
      if (text) say(row, text);
      settle(request);
    };
    request.open("POST", location.href);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => {
      bar.hidden = false;
      bar.value = (100 * event.loaded) / event.total;
      answer.textContent = event.loaded === event.total ? word("checking") : "";
    });
    request.addEventListener("error", () => over(word("lost")));
    request.addEventListener("load", () => {
      const isElsewhere = new URL(request.responseURL).pathname !== location.pathname;
      if (isElsewhere) askSession();
      if (isElsewhere || ![200, 422].includes(request.status)) {
        return over(word(request.status === 413 ? "large" : "failed"));
      }
      if (request.getResponseHeader("X-Refused") !== "fields") answer.innerHTML = request.responseText;
      else answer.textContent = "";
      over();
    });
    request.send(data);
  });
}

async function sendAll() {
  submit.disabled = true;
  for (const [row, file] of files) {
    if (isDone(row) || file.size > most) continue;
    const request = await sendOne(row, file);
    if (request.getResponseHeader("X-Refused") === "fields") {
      const fields = document.getElementById("attach-fields");
      fields.innerHTML = request.responseText;
      fields.querySelector(".error-summary")?.focus();
      arrange();
      break;
    }
    if (isDone(row)) row.querySelectorAll("label, button").forEach((part) => part.remove());
  }
  submit.disabled = false;
  if ([...files.keys()].every(isDone)) location.assign(form.dataset.then);
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
