// The body chart: a tap on a picture ticks its box in the list, and every box saves itself.

const chart = document.getElementById("body-chart");
const list = chart?.querySelector(".body-lists");
const LETTERS = { pain: "P", numbness: "N", tingling: "T" };

const box = (region, sensation) => list.querySelector(`input[value="${region}:${sensation}"]`);

// Show in the pictures what is ticked in the list.
function draw(region) {
  let letters = "";
  for (const [sensation, letter] of Object.entries(LETTERS)) {
    const isOn = box(region, sensation).checked;
    letters += isOn ? letter : "";
    for (const shape of chart.querySelectorAll(`[data-region="${region}"]`)) {
      shape.classList.toggle(`is-${sensation}`, isOn);
    }
  }
  for (const text of chart.querySelectorAll(`[data-letters="${region}"]`)) text.textContent = letters;
}

const regions = () => new Set([...list.querySelectorAll("input[name=mark]")].map((one) => one.value.split(":")[0]));

chart?.addEventListener("click", (event) => {
  const region = event.target.closest("[data-region]")?.dataset.region;
  if (!region) return;
  const sensation = chart.querySelector("input[name=body-sensation]:checked").value;
  const ticked = box(region, sensation);
  ticked.checked = !ticked.checked;
  ticked.dispatchEvent(new Event("change", { bubbles: true }));
});

list?.addEventListener("change", (event) => {
  const [region, sensation] = event.target.value.split(":");
  draw(region);
  const values = { region, sensation, on: event.target.checked ? "on" : "" };
  htmx.ajax("POST", chart.dataset.mark, { source: chart, swap: "none", values });
});

// What the server refuses is not shown as if it were kept.
chart?.addEventListener("htmx:afterRequest", (event) => {
  const { region, sensation, on } = event.detail.requestConfig.parameters;
  if (!region || event.detail.xhr?.status !== 422) return;
  box(region, sensation).checked = !on;
  draw(region);
});

// A browser that goes back keeps the boxes as they were, not the pictures.
if (chart) regions().forEach(draw);
