// Keeps the draft on the server while one types and taps, and says what is saved. Nothing is kept in the browser.
import "./conflict.js";
import { isStuck, isUnsaved, isWaiting, retryNow, seenWhenTapped, unsent } from "./outbox.js";
import { toast } from "./toasts.js";

// Counted from the first key that is not on the server yet: no pause is needed, and less than 2 s is ever at risk.
const TYPED_MS = 1500;
const SIGN_WITHIN_MS = 5000;

const status = document.getElementById("save-status");
const banner = document.getElementById("save-problem");
const signForm = document.getElementById("sign-form");
const typed = new Map();
let signAfter = 0;

const isText = (control) =>
  control.name && control.matches("textarea, input[type=text], input[type=number], input:not([type])");
const row = (control) => control.closest("[hx-post]");

function save(control) {
  clearTimeout(typed.get(control));
  typed.delete(control);
  control.dispatchEvent(new Event("change", { bubbles: true }));
}

const saveTyped = () => [...typed.keys()].forEach(save);
const allSaved = () => !typed.size && !isUnsaved();

document.addEventListener("input", ({ target }) => {
  if (!isText(target) || !target.closest("[data-outbox]") || typed.has(target)) return;
  typed.set(target, setTimeout(() => save(target), TYPED_MS));
  show();
});
document.addEventListener("change", ({ target }) => {
  clearTimeout(typed.get(target));
  typed.delete(target);
}, true);

// What every page of a draft says of itself: see cases/views/open_page.py.
const value = (id) => document.getElementById(id).value;
const said = () => ({ version: value("id_version"), page: value("page-token"), seen: seenWhenTapped() });

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "post") Object.assign(detail.parameters, said());
});
document.addEventListener("saved", ({ detail }) => {
  for (const id of ["id_version", "sign_version"]) document.getElementById(id).value = detail.version;
  // The same words again would be read out again.
  if (status.textContent !== detail.text) status.textContent = detail.text;
});

// The answer to an earlier tap must not undo what is being written or chosen in its place.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const place = event.detail.target;
  const writing = [...typed.keys()].filter((control) => place.contains(control));
  if (place.id.startsWith("rows-")) writing.forEach(save);
  else if (writing.length || isBusy(place)) event.detail.shouldSwap = false;
});

function isBusy(place) {
  const inHand = place.contains(document.activeElement) && document.activeElement.matches("input:not([type=radio]), select");
  return inHand || (/^(details|seg)-/.test(place.id) && isWaiting(row(place)));
}

function show() {
  status.classList.toggle("is-unsaved", !allSaved());
}

document.addEventListener("outbox", ({ detail }) => {
  show();
  for (const one of banner.children) one.hidden = one.dataset.problem !== detail.problem;
  if (!signAfter) return;
  if (allSaved()) signForm.requestSubmit();
  else if (isStuck() || Date.now() > signAfter) refuseToSign();
});

function refuseToSign() {
  signAfter = 0;
  toast(banner.dataset.notSigned, "error");
  document.querySelector("#notes-problem [role=alert], [data-conflict]")?.scrollIntoView({ block: "center" });
}

signForm?.addEventListener("submit", (event) => {
  saveTyped();
  if (allSaved() && navigator.onLine) return;
  event.preventDefault();
  if (isStuck()) refuseToSign();
  else signAfter = Date.now() + SIGN_WITHIN_MS;
});

// "Save draft" leaves the page where it is, so that nothing is lost when the clinic's server is away.
document.getElementById("visit-form")?.addEventListener("submit", (event) => {
  event.preventDefault();
  saveTyped();
  document.querySelector("#notes [data-outbox]").dispatchEvent(new Event("change", { bubbles: true }));
  document.querySelector("[data-conflict]")?.scrollIntoView({ block: "center" });
  retryNow();
});

function sendAtTheEnd({ element, path, values, chosen, seen = seenWhenTapped() }) {
  const shown = element.isConnected
    ? [...htmx.values(element, "post").entries()]
    : chosen.filter((one) => one.isOn !== false).map((one) => [one.name, one.value]);
  const body = new URLSearchParams(shown);
  const own = { ...JSON.parse(element.getAttribute("hx-vals") ?? "{}"), ...values, ...said(), seen };
  for (const [name, value] of Object.entries(own)) body.set(name, value);
  const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
  fetch(path ?? element.getAttribute("hx-post"), { method: "POST", keepalive: true, headers, body });
}

document.addEventListener("visibilitychange", () => document.hidden && saveTyped());
window.addEventListener("pagehide", () => {
  const rows = new Set([...typed.keys()].map(row));
  for (const entry of unsent()) {
    rows.delete(entry.element);
    sendAtTheEnd(entry);
  }
  rows.forEach((element) => sendAtTheEnd({ element }));
});
// A page that came back from the browser's memory does not know what happened meanwhile.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
// What is merely on its way goes out as the page closes; only what cannot go is worth a question.
window.addEventListener("beforeunload", (event) => {
  const form = document.querySelector("form[data-changed]");
  if (form || (!allSaved() && isStuck())) event.preventDefault();
});
