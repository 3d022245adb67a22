// Warns two minutes before the session ends, keeps it when asked, and comes back after signing in again.
const place = document.getElementById("session");
const WARN_S = 120;
const ASK_AGAIN_S = 10;
let timer;

function show(state) {
  place.dataset.state = state;
  for (const part of place.children) part.hidden = part.dataset.when !== state;
}

const later = (seconds) => {
  clearTimeout(timer);
  timer = setTimeout(askSession, Math.max(seconds, 1) * 1000);
};

// A token from before signing in again is refused: every form of the page gets the new one.
function take(token) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
}

function follow({ left, user, token, can_stay }) {
  if (left <= 0) show("over");
  else if (user !== place.dataset.user) show("other");
  else {
    show(left > WARN_S ? "" : can_stay ? "ending" : "last");
    if (token) take(token);
    document.dispatchEvent(new Event("session:back"));
  }
  if (left <= 0 || user !== place.dataset.user) later(ASK_AGAIN_S);
  else later(left > WARN_S ? left - WARN_S : Math.min(left, ASK_AGAIN_S));
}

async function ask(method) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  const response = await fetch(place.dataset.url, { method, headers, redirect: "manual", cache: "no-store" });
  if (response.ok) return response.json();
  // A redirect leads to the log-in page.
  if (response.type === "opaqueredirect") return { left: 0 };
  throw new Error(response.status);
}

// Asking does not count as work: the answer says how long the session lasts if nothing else is done.
export async function askSession() {
  if (!place) return;
  try {
    follow(await ask("GET"));
  } catch {
    later(ASK_AGAIN_S);
  }
}

async function stay() {
  try {
    follow(await ask("POST"));
  } catch {
    later(1);
  }
}

if (place) {
  place.querySelector("[data-stay]").addEventListener("click", stay);
  document.addEventListener("visibilitychange", () => document.hidden || askSession());
  window.addEventListener("focus", () => place.dataset.state && askSession());
  later(Number(place.dataset.left) - WARN_S);
}
