// The rows of a plan's form, added, copied, moved and taken away in place; what the keys do.
// Without this file the same buttons send the form, and the server does the same to the same names.

const form = document.querySelector(".plan-form");
const said = document.getElementById("keeping");
document.documentElement.classList.add("scripted");
const OWN = {
  targets: ["public_id", "retired_on"],
  measures: ["public_id", "retired_on"],
  deadlines: ["due", "due_as_stated", "retired_on"],
};

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=do]");
  if (!button) return;
  const [deed, name] = button.value.split(":");
  const done = { add, copy, up: move, down: move, remove, restore }[deed];
  if (!done) return;
  event.preventDefault();
  done(name, button, deed);
  form.dispatchEvent(new Event("input", { bubbles: true }));
});

form.addEventListener("keydown", (event) => {
  // Enter would send the form; while Chinese is being composed it belongs to the input method.
  const single = event.target.matches("input:not([type=checkbox])");
  if (event.key === "Enter" && single && !event.isComposing && !event.ctrlKey) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  event.preventDefault();
  if (!document.querySelector("dialog[open]")) form.requestSubmit(form.querySelector("button[value=save]"));
});

window.addEventListener("hashchange", unfold);
document.addEventListener("click", (event) => {
  const link = event.target.closest(".summary a");
  if (!link) return;
  event.preventDefault();
  history.replaceState(null, "", link.hash);
  unfold();
});
unfold();

// Go to the field or row that the address names, and open whatever it lies in.
function unfold() {
  const there = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!there || !form.contains(there)) return;
  for (let above = there; above; above = above.parentElement) {
    if (above.tagName === "DETAILS") above.open = true;
  }
  first(there)?.focus();
}

function first(row) {
  if (row.matches("input, select, textarea")) return row;
  const details = row.querySelector(":scope > details:not(.more)");
  if (details) details.open = true;
  return row.querySelector("input:not([type=hidden]), textarea, select");
}

function number(row) {
  return Number(nameOf(row).split(".").pop());
}

// The row of a single key has its field under its name, so its own id is another.
function nameOf(row) {
  return row.id.replace(/^row-/, "");
}

function next(list) {
  const rows = document.querySelector(`[data-rows="${list}"]`);
  return `${list}.${Math.max(-1, ...[...rows.children].map(number)) + 1}`;
}

function rowOf(name) {
  return document.getElementById(`row-${name}`) ?? document.getElementById(name);
}

function add(list) {
  const rows = document.querySelector(`[data-rows="${list}"]`);
  const template = document.querySelector(`template[data-row="${rows.dataset.row}"]`);
  const row = made(template.innerHTML.replaceAll("ROW", next(list)));
  rows.append(row);
  first(row)?.focus();
  say(form.dataset.added);
}

function made(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content.firstElementChild;
}

function copy(name) {
  const row = rowOf(name);
  const list = name.slice(0, name.lastIndexOf("."));
  const other = next(list);
  const own = OWN[list.split(".").pop()] ?? [];
  const pattern = new RegExp(`${name.replaceAll(".", "\\.")}(?!\\d)`, "g");
  const twin = made(row.outerHTML.replace(pattern, other));
  for (const found of twin.querySelectorAll(".listbox, .pick > [role=status]")) found.remove();
  for (const field of twin.querySelectorAll("[role=combobox]")) field.removeAttribute("role");
  for (const kept of [twin, ...twin.querySelectorAll("[data-kept]")]) delete kept.dataset.kept;
  for (const field of row.querySelectorAll("[name]:not(button)")) {
    const same = twin.querySelector(`[name="${field.name.replace(pattern, other)}"]`);
    if (field.type === "checkbox") same.checked = field.checked;
    else same.value = own.some((word) => field.name === `${name}.${word}`) ? "" : field.value;
  }
  row.after(twin);
  first(twin)?.focus();
  say(form.dataset.added);
}

function move(name, button, deed) {
  const row = rowOf(name);
  if (deed === "up") row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
  button.focus();
  say(form.dataset.moved);
}

function remove(name, button) {
  const row = rowOf(name);
  const field = document.getElementById(`${name}.retired_on`);
  if ("kept" in row.dataset && field) {
    field.value = form.dataset.today;
    row.classList.add("is-retired");
    for (let above = field; above !== row; above = above.parentElement) {
      if (above.tagName === "DETAILS") above.open = true;
    }
    field.focus();
    return say(form.dataset.withdrawn);
  }
  const rest = row.nextElementSibling ?? row.previousElementSibling;
  const adding = row.parentElement.parentElement.querySelector(":scope > .add-row button");
  row.remove();
  (rest?.querySelector("summary, input, textarea, select") ?? adding)?.focus();
  say(form.dataset.removed);
}

function restore(name) {
  const field = document.getElementById(`${name}.retired_on`);
  field.value = "";
  rowOf(name).classList.remove("is-retired");
  field.focus();
}

function say(words) {
  said.textContent = words;
}
