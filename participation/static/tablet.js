// On a shared tablet: ask whether somebody is still there, and clear the page for the next person if not.
"use strict";

const warning = document.querySelector("[data-tablet]");
const seconds = Number(warning.dataset.seconds);
const WARNED = 30;
const EVERY = 60;
let last = Date.now();
let told = last;

function clear() {
  document.documentElement.dataset.clearing = "";
  window.location.replace(warning.dataset.fresh);
}

// The server counts too. It hears of somebody who reads or fills in for long, once a minute at most.
async function tell() {
  told = Date.now();
  try {
    const answer = await fetch(warning.dataset.pulse, { cache: "no-store", redirect: "manual" });
    if (!answer.ok && !("waits" in warning.dataset)) clear();
  } catch {
    told = 0; // without a connection it tries again at the next sign of use
  }
}

function used() {
  last = Date.now();
  warning.hidden = true;
  if (last - told > EVERY * 1000) tell();
}

for (const sign of ["pointerdown", "keydown", "input", "scroll"]) {
  window.addEventListener(sign, used, { passive: true, capture: true });
}

warning.querySelector("button").addEventListener("click", used);

// Other tabs of the voter before are cleared when the first page waits for the next one.
const tabs = new BroadcastChannel("shared-tablet");
tabs.addEventListener("message", () => {
  if (!("waits" in warning.dataset)) clear();
});
if ("waits" in warning.dataset) tabs.postMessage("cleared");

// A page from the browser's own memory is not shown to the next person.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

setInterval(() => {
  const idle = (Date.now() - last) / 1000;
  if (idle >= seconds) clear();
  else if (idle >= seconds - WARNED && warning.hidden && !("waits" in warning.dataset)) {
    warning.hidden = false;
    warning.querySelector("button").focus();
  }
}, 1000);
