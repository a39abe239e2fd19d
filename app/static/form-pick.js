// Fields that name something: found while typing by name, pinyin or key; what is not there yet is made in a dialog.
// Without this file a key or a whole name is typed, and the server finds out what it means.

import { combobox } from "./picker.js";

const form = document.querySelector(".plan-form");
const words = form.dataset;
const other = words.lang === "zh" ? "en" : "zh";
const dialog = document.querySelector(".adder");
let wanting = "";

document.addEventListener("focusin", (event) => {
  const input = event.target;
  if (!input.dataset?.pick || input.getAttribute("role") === "combobox") return;
  input.removeAttribute("list");
  const box = combobox(input.closest(".pick"), input, words, {
    find: (typed, signal) => found(input, typed, signal),
    written: (item) => [item[`name_${words.lang}`], [item.key, item[`name_${other}`]].filter(Boolean).join(" · ")],
    clears: false,
    choose(item) {
      put(input, item);
      box.close();
    },
  });
});

document.addEventListener("change", async (event) => {
  const input = event.target;
  if (!input.dataset?.pick || input.dataset.put === input.value) return;
  const typed = input.value.trim();
  mean(input, null);
  if (!typed) return;
  const exact = ((await found(input, typed)) ?? []).filter((item) => item.exact);
  if (exact.length === 1 && input.value.trim() === typed) put(input, exact[0]);
});

async function found(input, typed, signal) {
  const address = `${words.suggest}${input.dataset.pick}?q=${encodeURIComponent(typed.slice(0, 80))}`;
  const answer = await fetch(address, { signal });
  return answer.ok && !answer.redirected ? (await answer.json()).items : null;
}

function put(input, item) {
  input.value = item.key;
  input.dataset.put = item.key;
  mean(input, item);
  form.dispatchEvent(new Event("input"));
}

function mean(input, item) {
  const place = document.getElementById(`${input.id}-hint`);
  place.replaceChildren();
  if (!item) return;
  const name = document.createElement("strong");
  name.textContent = item[`name_${words.lang}`];
  place.append(name, " ", item[`said_${words.lang}`] ?? "");
}

// Something new

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-add]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  wanting = link.dataset.for;
  if (!show(await page(link.href))) window.open(link.href);
});

dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => document.getElementById(wanting)?.focus());
dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  const sent = event.target;
  const body = new URLSearchParams(new FormData(sent));
  show(await page(sent.action, { method: "POST", body }));
});

async function page(address, options) {
  try {
    const answer = await fetch(address, options);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

// Show the form of the page in the dialog; where the page says that something was made, take its key.
function show(read) {
  const done = read?.querySelector("[data-made]");
  const inner = read?.querySelector("form.new-thing");
  if (done) {
    const input = document.getElementById(wanting);
    const { made, nameZh, nameEn } = done.dataset;
    dialog.close();
    put(input, { key: made, name_zh: nameZh, name_en: nameEn });
    return true;
  }
  if (!inner) return false;
  dialog.querySelector("h2").textContent = read.querySelector("h1").textContent;
  dialog.querySelector(".adder-body").replaceChildren(inner);
  if (!dialog.open) dialog.showModal();
  (inner.querySelector("[aria-invalid]") ?? inner.querySelector("input:not([type=hidden])"))?.focus();
  return true;
}
