// What a page says when a part of it could not be loaded or saved.
import { askSession } from "./session.js";
import { toast } from "./toasts.js";

const words = () => document.body.dataset;

// After a session has ended the answer is the log-in page; it must not land inside a panel.
const isLogin = (xhr) => xhr.responseURL && new URL(xhr.responseURL).pathname === words().loginPath;
// What is in the outbox is sent again, and has a banner of its own.
const isSentAgain = (event) => event.detail.elt?.closest?.("[data-outbox]");

function complain(event, text) {
  if (!isSentAgain(event)) toast(text, "error");
}

export function watchRequests() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isLogin(event.detail.xhr)) return;
    event.detail.shouldSwap = false;
    askSession();
  });
  document.addEventListener("htmx:sendError", (event) => complain(event, words().noConnection));
  document.addEventListener("htmx:timeout", (event) => complain(event, words().noConnection));
  document.addEventListener("htmx:responseError", (event) => complain(event, words().failed));
  document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.level));
}
