// Makes a ballot nicer where JavaScript runs: counters that count along, an order that changes without a
// reload, dragging, a question before unfinished work is left. What is sent is what the plain form sends.

const form = document.querySelector("form[data-ballot]");
const say = (name, facts = {}) =>
  Object.entries(facts).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), form.dataset[`say${name}`] ?? "");

const count = form?.querySelector("[data-count]");
const word = form?.querySelector("[data-word]");

function show(text, over = 0) {
  count.textContent = over > 0 ? say("Many", { over }) : text;
  count.classList.toggle("is-over", over > 0);
  word.textContent = over > 0 ? say("Over") : "";
}

// --- unfinished work -------------------------------------------------------------------------------

let changed = false;
let leavingOnPurpose = false;

function guard() {
  form.addEventListener("input", (event) => {
    if (!event.target.matches("[name=q], [name=field], [name=only]")) changed = true;
  });
  form.addEventListener("submit", () => {
    leavingOnPurpose = true;
  });
  window.addEventListener("pageshow", () => {
    leavingOnPurpose = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed && !leavingOnPurpose && !("clearing" in document.documentElement.dataset)) event.preventDefault();
  });
}

// --- ranking ---------------------------------------------------------------------------------------

function ranking() {
  const limit = Number(form.dataset.limit);
  const slots = form.querySelector("[data-slots]");
  const filled = form.querySelector("template[data-filled]").content.firstElementChild;
  const free = form.querySelector("template[data-free]").content.firstElementChild;
  const chosen = () => [...slots.querySelectorAll("[data-code]")];
  const slotOf = (code) => slots.querySelector(`[data-code="${CSS.escape(code)}"]`);
  const optionOf = (code) => form.querySelector(`[data-option="${CSS.escape(code)}"]`);

  function renumber() {
    const items = chosen();
    slots.querySelectorAll("[data-empty]").forEach((empty) => empty.remove());
    for (let place = items.length + 1; place <= limit; place += 1) {
      const empty = free.cloneNode(true);
      empty.querySelector("[data-place]").textContent = place;
      slots.append(empty);
    }
    items.forEach((item, index) => {
      item.querySelector("[data-place]").textContent = index + 1;
      item.querySelector("[data-do=up]").disabled = index === 0;
      item.querySelector("[data-do=down]").disabled = index === items.length - 1;
    });
    form.querySelectorAll("[data-option]").forEach((option) => {
      const place = items.findIndex((item) => item.dataset.code === option.dataset.option) + 1;
      option.classList.toggle("is-chosen", place > 0);
      option.querySelector("[data-do=add]").hidden = place > 0;
      const note = option.querySelector("[data-chosen]");
      note.hidden = place === 0;
      note.textContent = place > 0 ? say("Place", { place }) : "";
    });
    show(say("Count", { chosen: items.length, limit }));
  }

  const placeOf = (code) => chosen().findIndex((item) => item.dataset.code === code) + 1;

  const acts = {
    add(code) {
      if (chosen().length >= limit) {
        word.textContent = say("Full");
        return;
      }
      const item = filled.cloneNode(true);
      item.dataset.code = code;
      item.querySelector("[name=order]").value = code;
      const title = item.querySelector("[data-title]");
      title.id = `slot-${code}`;
      title.replaceChildren(...[...optionOf(code).querySelector(".option__title").childNodes].map((node) => node.cloneNode(true)));
      for (const name of ["up", "down", "remove"]) {
        const button = item.querySelector(`[data-do=${name}]`);
        button.value = `${name}:${code}`;
        button.setAttribute("aria-labelledby", `say-${name} slot-${code}`);
      }
      const last = chosen().at(-1);
      if (last) last.after(item);
      else slots.prepend(item);
      renumber();
      word.textContent = say("Moved", { place: placeOf(code) });
      const next = optionOf(code).nextElementSibling?.querySelector("[data-do=add]:not([hidden])");
      (next ?? slots.querySelector(`[value="remove:${CSS.escape(code)}"]`)).focus({ preventScroll: true });
    },
    remove(code) {
      const item = slotOf(code);
      const neighbour = item.nextElementSibling?.querySelector("[data-do=remove]") ?? item.previousElementSibling?.querySelector("[data-do=remove]");
      item.remove();
      renumber();
      word.textContent = say("Removed");
      (neighbour ?? optionOf(code)?.querySelector("[data-do=add]"))?.focus({ preventScroll: true });
    },
    up: (code) => move(code, (item) => item.previousElementSibling?.before(item)),
    down: (code) => move(code, (item) => item.nextElementSibling?.after(item)),
  };

  function move(code, place) {
    const item = slotOf(code);
    const pressed = document.activeElement;
    place(item);
    renumber();
    word.textContent = say("Moved", { place: placeOf(code) });
    (pressed.disabled ? item.querySelector("[data-do=up]:enabled, [data-do=down]:enabled") : pressed)?.focus();
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=action]");
    const [, act, code] = button?.value.match(/^(add|remove|up|down):(.+)$/) ?? [];
    if (!act) return;
    event.preventDefault();
    changed = true;
    acts[act](code);
  });

  const script = document.createElement("script");
  script.src = form.dataset.sortable;
  script.addEventListener("load", () => {
    form.classList.add("has-drag");
    window.Sortable.create(slots, {
      handle: ".place",
      draggable: "[data-code]",
      animation: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
      ghostClass: "is-dragged",
      onEnd() {
        changed = true;
        renumber();
      },
    });
  });
  document.head.append(script);
  renumber();
}

// --- search and filter -----------------------------------------------------------------------------

// A pattern that forgets accents, so that "uber" finds "über".
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

function filtering() {
  const search = form.querySelector("[name=q]");
  if (!search) return;
  const field = form.querySelector("[name=field]");
  const only = form.querySelector("[name=only]");
  const options = [...form.querySelectorAll("[data-option]")];

  // What is hidden is still part of the form and is sent with it.
  function filter() {
    const wanted = plain(search.value).split(/\s+/).filter(Boolean);
    let left = 0;
    for (const option of options) {
      const text = plain(option.textContent);
      option.hidden =
        !wanted.every((part) => text.includes(part)) ||
        Boolean(field?.value && option.dataset.field !== field.value) ||
        Boolean(only?.checked && !option.querySelector("[data-marked]"));
      if (!option.hidden) left += 1;
    }
    form.querySelector("[data-nothing]").hidden = left > 0;
  }

  // Where the server left some options out, only the server can bring them back.
  if (form.dataset.options && options.length !== Number(form.dataset.options)) return;
  form.querySelector("button[data-filter]").hidden = true;
  search.addEventListener("input", filter);
  field?.addEventListener("change", filter);
  only?.addEventListener("change", filter);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  if (search.value || field?.value || only?.checked) filter();
}

// --- the others ------------------------------------------------------------------------------------

function approval() {
  const limit = Number(form.dataset.limit);
  const update = () => {
    const chosen = form.querySelectorAll("[name=choice]:checked").length;
    show(say("Count", { chosen, limit }), limit ? chosen - limit : 0);
  };
  form.addEventListener("change", update);
  update();
}

function points() {
  const total = Number(form.dataset.total);
  const inputs = [...form.querySelectorAll("input[name^=points-]")];
  const update = () => {
    const used = inputs.reduce((sum, input) => sum + Math.max(0, Math.trunc(Number(input.value)) || 0), 0);
    show(say("Count", { left: total - used, total }), used - total);
    for (const input of inputs) input.classList.toggle("is-over", !input.checkValidity());
  };
  form.querySelectorAll("[data-step]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const input = button.parentElement.querySelector("input");
      const most = input.max === "" ? Infinity : Number(input.max);
      const value = Math.min(most, Math.max(0, (Math.trunc(Number(input.value)) || 0) + Number(button.dataset.step)));
      input.value = value === 0 ? "" : value;
      changed = true;
      update();
    });
  });
  form.addEventListener("input", update);
  update();
}

function score() {
  const limit = Number(form.dataset.limit);
  const update = () => {
    const chosen = [...form.querySelectorAll("input[type=radio]:checked")].filter((radio) => radio.value !== "").length;
    show(say("Count", { chosen, limit }));
  };
  form.addEventListener("change", update);
  update();
}

if (form) {
  guard();
  filtering();
  ({ ranking, approval, points, score })[form.dataset.ballot]?.();
}
