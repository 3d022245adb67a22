// What stands beside the note: the emergency, the mark of a copied text, the date of the visit.

// The emergency comes and goes with the answers. While it stays, only its reasons are renewed: it is
// not announced again, and a call that is half typed is kept.
const isEmergency = (element) => element.querySelector(".emergency-strip") !== null;

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (target.id !== "emergency") return;
  const [now, next] = [isEmergency(target), isEmergency(fragment)];
  if (now !== next) return keepInPlace();
  event.detail.shouldSwap = false;
  if (next) target.querySelector("#emergency-reasons").replaceWith(fragment.querySelector("#emergency-reasons"));
});

// What was just tapped stays under the finger when something appears above it.
function keepInPlace() {
  const tapped = document.activeElement;
  if (!tapped || tapped === document.body) return;
  const before = tapped.getBoundingClientRect().top;
  document.addEventListener(
    "htmx:afterSettle",
    () => window.scrollBy({ top: tapped.getBoundingClientRect().top - before, behavior: "instant" }),
    { once: true },
  );
}

// The strip stands under the patient header, whose height depends on the patient.
const header = document.querySelector(".patient-bar");
if (header) {
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--patient-bar", `${header.offsetHeight}px`);
  }).observe(header);
}

// The mark of a copied text goes with the first key; the server follows with the next save.
document.addEventListener("input", (event) => {
  const part = event.target.closest(".copied-part");
  if (part && event.target.matches("textarea")) part.querySelector(".copied-mark").hidden = true;
});

// The reason for writing up later is asked for when the day of the visit is before the draft's.
const when = document.querySelector(".visit-date");
const day = when?.querySelector("input[type=date]");
const reason = document.getElementById("back-dating");

function askForReason() {
  const given = reason.querySelector("input").value !== "";
  reason.hidden = !given && !(day.value && day.value < when.dataset.begunOn);
}

if (day && reason) {
  askForReason();
  day.addEventListener("input", askForReason);
  when.addEventListener("click", (event) => {
    const button = event.target.closest("[data-date]");
    if (!button || day.value === button.dataset.date) return;
    day.value = button.dataset.date;
    askForReason();
    day.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
