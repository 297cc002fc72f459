// Answers while somebody types other weights, and gives every number a slider. Without it the form is a plain form.

const form = document.querySelector("form[data-what-if]");
const answer = document.querySelector("[data-answer]");
const said = document.querySelector("[data-said]");
const wait = 300;

let timer = 0;
let asking = null;

function address() {
  const asked = new URLSearchParams(new FormData(form));
  if (!asked.get("budget")) asked.delete("budget");
  return `${form.getAttribute("action")}?${asked}`;
}

// A refusal is left to the button, which shows it at its field: nobody is interrupted in the middle of a number.
async function ask() {
  asking?.abort();
  asking = new AbortController();
  try {
    const response = await fetch(address(), { signal: asking.signal, headers: { Accept: "text/html" } });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-answer]");
    if (!fresh) return;
    answer.replaceChildren(...fresh.childNodes);
    said.textContent = answer.querySelector("[data-sentence]")?.textContent.trim() ?? "";
    for (const said of document.querySelectorAll("#error-summary, .kern-error")) said.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    history.replaceState(null, "", address());
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, wait);
}

for (const slider of form?.querySelectorAll("[data-slider]") ?? []) {
  const field = document.getElementById(slider.dataset.slider);
  const follow = () => {
    const typed = Number(field.value);
    if (!Number.isInteger(typed) || typed < 0) return;
    slider.max = Math.max(100, Number(slider.max), typed);
    slider.value = typed;
  };
  follow();
  slider.hidden = false;
  field.addEventListener("input", follow);
  slider.addEventListener("input", () => {
    field.value = slider.value;
    later();
  });
}

form?.addEventListener("input", (event) => {
  if (!event.target.matches("[data-slider]")) later();
});
