// What every page does: menus that close, keys, focus on errors.
import { watchRequests } from "./requests.js";
import { dismissible } from "./toasts.js";

const typing = (element) =>
  element.isContentEditable || element.matches("input:not([type=radio], [type=checkbox]), textarea, select");

const shortcutsOn = () => {
  try {
    return localStorage.getItem("shortcuts") !== "off";
  } catch {
    return true;
  }
};

const help = document.getElementById("keys");
const keysSwitch = document.getElementById("keys-on");

function focusSearch() {
  const fields = [...document.querySelectorAll("[data-search]")];
  const field = fields.findLast((candidate) => candidate.checkVisibility());
  if (field) {
    field.focus();
    field.select();
    return;
  }
  const link = document.querySelector("[data-search-page]");
  if (link) link.click();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus();
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || !shortcutsOn() || document.querySelector("dialog[open]")) return;
  if (event.key === "/") {
    event.preventDefault();
    focusSearch();
  } else if (event.key === "?" && help) {
    event.preventDefault();
    help.showModal();
  }
});

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu === except) continue;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    closeMenus();
    document.getElementById(opener.dataset.opens)?.showModal();
  }
  const errorLink = event.target.closest(".error-summary a[href^='#']");
  const field = errorLink && document.getElementById(errorLink.hash.slice(1));
  if (field) {
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  }
});

if (keysSwitch) {
  keysSwitch.checked = shortcutsOn();
  keysSwitch.addEventListener("change", () => {
    try {
      localStorage.setItem("shortcuts", keysSwitch.checked ? "on" : "off");
    } catch {
      // Storage may be forbidden; the keys then stay on.
    }
  });
}

function focusErrors(root) {
  root.querySelector(".error-summary, [data-focus]")?.focus();
}

focusErrors(document);
document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.target));
dismissible(document.querySelector(".toasts"));
watchRequests();
