// The files that were chosen and what has become of each, as the form of attachments.js lists them.

const form = document.getElementById("attach-form");
const list = document.getElementById("chosen-files");
const pattern = document.getElementById("chosen-pattern");
const words = document.getElementById("chosen-words").content;
const most = Number(form.dataset.mostBytes);
const files = new Map();

const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
const isDone = (row) => row.dataset.state === "done";

export const word = (name) => words.querySelector(`[data-word=${name}]`).textContent;
export const areChosen = () => files.size > 0;
export const waiting = () => [...files].filter(([row]) => !row.dataset.state);

export function complain(row, name) {
  const line = words.querySelector(".field-error").cloneNode(true);
  line.firstElementChild.textContent = word(name);
  row.querySelector(".chosen-answer").replaceChildren(line);
}

// What will not be sent again needs no title; what is attached cannot be left out.
export function settle(row, state) {
  row.dataset.state = state;
  row.querySelector("label").remove();
  if (state === "done") row.querySelector("button").remove();
}

// Each file has a title of its own, so the one for all of them steps aside.
export function arrange() {
  const rows = [...files.keys()];
  list.hidden = !rows.length;
  document.getElementById("div_id_title").hidden = rows.length > 0;
  form.querySelector("[type=submit]").hidden = rows.length > 0 && !waiting().length;
  if (rows.some(isDone)) document.getElementById("attach-leave").textContent = word("leave");
  if (rows.length && rows.every(isDone)) location.assign(form.dataset.then);
}

export function add(file) {
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

export function leaveOut(row) {
  files.delete(row);
  row.remove();
  arrange();
}
