// The visit page: jump to a sign, search the signs, save by keyboard.

const open = (target) => {
  for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
};

// A link to a sign opens its group first.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target || !target.closest(".sign")) return;
  event.preventDefault();
  open(target);
  target.scrollIntoView({ block: "center" });
  const row = target.closest(".sign");
  (row.querySelector("input:checked") ?? row.querySelector("input")).focus({ preventScroll: true });
});

// Searching shows the signs whose words fit, in opened groups; clearing restores the groups.
const search = document.querySelector("[data-sign-search]");
const nothing = document.querySelector("[data-sign-search-none]");
const findings = document.getElementById("findings");

search?.addEventListener("input", () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const group of findings.querySelectorAll("[data-group]")) {
    let inGroup = 0;
    for (const sign of group.querySelectorAll(".sign")) {
      // In the tables a row has a short name; the sign's full words are found too.
      const text = `${sign.querySelector(".answer-question").textContent} ${sign.dataset.words ?? ""}`.toLowerCase();
      sign.hidden = !words.every((word) => text.includes(word));
      inGroup += sign.hidden ? 0 : 1;
    }
    group.hidden = inGroup === 0;
    group.open = words.length > 0 && inGroup > 0;
    found += inGroup;
  }
  nothing.hidden = found > 0;
});

search?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});

// A question that has been answered leaves the list of those that held up the signature.
const openQuestions = document.querySelector("[data-open-questions]");

function crossOff() {
  for (const link of openQuestions.querySelectorAll("a")) {
    const row = document.getElementById(link.hash.slice(1))?.closest(".sign");
    if (row?.querySelector("input[type=radio]:checked")?.value) link.closest("li").remove();
  }
  if (!openQuestions.querySelector("a")) openQuestions.remove();
}

if (openQuestions) document.addEventListener("htmx:afterSettle", crossOff);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  document.getElementById("visit-form")?.requestSubmit();
});

// A treatment and a call have buttons of their own: leaving the form half filled is worth a question (see saving.js).
document.addEventListener("input", (event) => {
  const form = event.target.closest(".treatment-form, .call-form");
  if (form) form.dataset.changed = "";
});
