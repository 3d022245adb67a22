// Phrases: a slash and a short word in a text offers the phrases that begin so, and inserts one.
// Nothing else of the text is touched, and the browser's own undo brings the short word back.

const phrases = JSON.parse(document.getElementById("phrases")?.textContent ?? "[]");
const box = document.getElementById("phrase-box");
const list = document.getElementById("phrase-list");
const status = document.getElementById("phrase-status");
// More are found by another letter: a list that has to be scrolled is slower than typing one.
const MOST = 6;
let text = null;
let matches = [];
let chosen = 0;

// A word counts from a slash at the beginning of the text or after a space: "and/or" is no phrase.
function wordBefore(field) {
  if (field.selectionStart !== field.selectionEnd) return null;
  const found = /(?:^|\s)\/([a-z0-9-]*)$/i.exec(field.value.slice(0, field.selectionStart));
  return found ? found[1].toLowerCase() : null;
}

function close() {
  if (!text) return;
  text.removeAttribute("aria-activedescendant");
  text.removeAttribute("aria-controls");
  text = null;
  box.hidden = true;
  status.textContent = "";
}

function choose(number) {
  chosen = (number + matches.length) % matches.length;
  for (const [index, option] of [...list.children].entries()) {
    option.setAttribute("aria-selected", String(index === chosen));
  }
  text.setAttribute("aria-activedescendant", list.children[chosen].id);
}

function option(phrase, index) {
  const item = document.createElement("li");
  const word = document.createElement("strong");
  item.id = `phrase-${index}`;
  item.setAttribute("role", "option");
  word.textContent = `/${phrase.word}`;
  item.append(word, " ", phrase.text);
  return item;
}

function offer(field) {
  const word = wordBefore(field);
  matches = word === null ? [] : phrases.filter((phrase) => phrase.word.startsWith(word)).slice(0, MOST);
  if (!matches.length) return close();
  if (text !== field) {
    close();
    text = field;
    field.after(box);
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-autocomplete", "list");
  }
  list.replaceChildren(...matches.map(option));
  box.hidden = false;
  choose(0);
  box.scrollIntoView({ block: "nearest" });
  const said = matches.length === 1 ? status.dataset.one : status.dataset.more.replace("%n", matches.length);
  if (status.textContent !== said) status.textContent = said;
}

function insert(phrase) {
  const field = text;
  const end = field.selectionStart;
  close();
  field.focus();
  field.setSelectionRange(end - wordBefore(field).length - 1, end);
  // The one way of inserting that the browser's undo knows of.
  if (document.execCommand("insertText", false, phrase.text)) return;
  field.setRangeText(phrase.text, field.selectionStart, end, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
}

function onKey(event) {
  if (!text || event.target !== text || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const exact = matches.find((phrase) => phrase.word === wordBefore(text));
  if (event.key === "ArrowDown") choose(chosen + 1);
  else if (event.key === "ArrowUp") choose(chosen - 1);
  else if (event.key === "Escape") close();
  else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) insert(matches[chosen]);
  else if (event.key === " " && exact) insert(exact);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

if (box && phrases.length) {
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) offer(event.target);
  });
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("focusout", (event) => {
    if (event.target === text) close();
  });
  // A tap on the list must not take the focus out of the text.
  for (const press of ["pointerdown", "mousedown"]) box.addEventListener(press, (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item && text) insert(matches[[...list.children].indexOf(item)]);
  });
}
