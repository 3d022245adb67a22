// What a page says when a part of it could not be loaded or saved.
import { toast } from "./toasts.js";

const words = () => document.body.dataset;

// After a session has ended the answer is the log-in page; it must not land inside a panel.
const isLogin = (xhr) => xhr.responseURL && new URL(xhr.responseURL).pathname === words().loginPath;

export function watchRequests() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isLogin(event.detail.xhr)) return;
    event.detail.shouldSwap = false;
    toast(words().signedOut, "error");
  });
  document.addEventListener("htmx:sendError", () => toast(words().noConnection, "error"));
  document.addEventListener("htmx:timeout", () => toast(words().noConnection, "error"));
  document.addEventListener("htmx:responseError", () => toast(words().failed, "error"));
  document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.level));
}
