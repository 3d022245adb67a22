// What was answered and written goes to the server one request at a time, in order, and again until it is there.
// Each request posts its row as it stands, so that sending it twice changes nothing. htmx still builds the
// requests and puts in the answers: `htmx:confirm` only holds each of them back until its turn. A queue of
// our own with fetch would have had to repeat htmx's values, headers, swaps and events.
import { askSession } from "./session.js";

const BACK_OFF_S = [1, 2, 4, 8, 15];
const ANSWER_WITHIN_MS = 8000;
const PATIENCE_MS = 1800;

const waiting = [];
const refused = new Set();
let current = null;
// The version whose answers the page was shown after it had fallen behind: what was tapped before does not know them.
let seen = "";
let inherited = null;
let problem = "";
let tries = 0;
let timer;

const tell = () => document.dispatchEvent(new CustomEvent("outbox", { detail: { problem } }));
const inOutbox = (element) => element.closest?.("[data-outbox]");
const inConflict = (element) => element.querySelector("[data-conflict]");

// A row may be drawn anew before its turn comes, and its radios are then taken over by those of the new row.
const chosenIn = (element) =>
  [...element.querySelectorAll("input[name], select[name], textarea[name]")].map((control) => ({
    name: control.name,
    value: control.value,
    isOn: control.matches("[type=radio], [type=checkbox]") ? control.checked : null,
  }));

export const isUnsaved = () => Boolean(current || waiting.length || refused.size);
export const isStuck = () => Boolean(problem || refused.size || !navigator.onLine);
export const unsent = () => [current, ...waiting].filter(Boolean);
// A request that brings values of its own (a tap on the body chart) stands for itself.
const waitingFor = (element) => waiting.find((entry) => entry.element === element && !entry.values);
export const isWaiting = (element) => Boolean(waitingFor(element));
export const seenWhenTapped = () => (current ? current.seen : seen);

export function sayProblem(name) {
  problem = name;
  tell();
}

export function retryNow() {
  if (current) return;
  clearTimeout(timer);
  if (problem === "signed-out") askSession();
  else sendNext();
}

const retryLater = () => {
  clearTimeout(timer);
  timer = setTimeout(sendNext, BACK_OFF_S[Math.min(tries++, BACK_OFF_S.length - 1)] * 1000);
};

function put(entry) {
  const { element, values } = entry;
  const earlier = values ? null : waitingFor(element);
  if (inConflict(element)) refused.add(element);
  else if (earlier) earlier.chosen = chosenIn(element);
  else waiting.push({ seen: inherited ?? seen, chosen: chosenIn(element), ...entry });
  tell();
  // Not in the same turn: htmx still holds the lock of the request that has just been answered.
  if (!current && !problem) setTimeout(sendNext);
}

function sendNext() {
  if (current || !waiting.length) return;
  const next = waiting.shift();
  if (!next.element.isConnected) {
    sendFromItsTwin(next);
    return setTimeout(sendNext);
  }
  current = next;
  timer = setTimeout(() => current === next && sayProblem("lost"), PATIENCE_MS);
  next.issue(true);
  tell();
}

// The row was drawn anew by the answer to another tap: what was chosen in the old one goes into the new one.
function sendFromItsTwin({ element: old, chosen, seen: seenThen }) {
  const values = old.getAttribute("hx-vals");
  const twin = old.id
    ? document.getElementById(old.id)
    : values && [...document.querySelectorAll("[hx-vals]")].find((one) => one.getAttribute("hx-vals") === values);
  if (!twin) return;
  for (const { name, value, isOn } of chosen) {
    const same = `[name="${CSS.escape(name)}"]${isOn === null ? "" : `[value="${CSS.escape(value)}"]`}`;
    const fresh = twin.querySelector(same);
    if (!fresh) continue;
    if (isOn === null) fresh.value = value;
    else fresh.checked = isOn;
  }
  inherited = seenThen;
  htmx.ajax("post", twin.getAttribute("hx-post"), { source: twin });
  inherited = null;
}

function settle(outcome, status) {
  const { element, values } = current;
  clearTimeout(timer);
  if (outcome) {
    if (values || !isWaiting(element)) waiting.unshift(current);
    // Whoever has signed in since may be somebody else: first it is asked whose session this is.
    if (outcome !== "signed-out") retryLater();
  } else {
    tries = 0;
    if (status === 422 && !values) refused.add(element);
    else refused.delete(element);
    setTimeout(sendNext);
  }
  current = null;
  sayProblem(outcome);
  if (outcome === "signed-out") askSession();
}

function outcomeOf(xhr) {
  if (!xhr.status || [502, 503, 504].includes(xhr.status)) return "lost";
  const isLogin = xhr.responseURL && new URL(xhr.responseURL).pathname === document.body.dataset.loginPath;
  if (isLogin || xhr.status === 403) return "signed-out";
  return xhr.status < 300 || xhr.status === 422 ? "" : "failed";
}

document.addEventListener("htmx:confirm", (event) => {
  const { elt, verb, path, etc, issueRequest } = event.detail;
  if (verb.toLowerCase() !== "post" || !inOutbox(elt)) return;
  event.preventDefault();
  put({ element: elt, issue: issueRequest, path, values: etc.values });
});

document.addEventListener("htmx:configRequest", (event) => {
  if (inOutbox(event.detail.elt)) event.detail.timeout = ANSWER_WITHIN_MS;
});

for (const name of ["htmx:afterRequest", "htmx:onLoadError"]) {
  document.addEventListener(name, ({ detail }) => {
    if (current?.element === detail.requestConfig?.elt) settle(outcomeOf(detail.xhr), detail.xhr.status);
  });
}

document.addEventListener("seen", ({ detail }) => {
  seen = detail.version;
});
window.addEventListener("offline", () => sayProblem("lost"));
window.addEventListener("online", () => (waiting.length || current ? retryNow() : sayProblem("")));
document.addEventListener("session:back", () => problem === "signed-out" && !current && retryLater());
