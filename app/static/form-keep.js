// What is typed is kept while it is typed, by the server, or where that fails by this browser; figures are understood.
// Without this file the server does both whenever the form is sent.

const form = document.querySelector(".plan-form");
const words = form.dataset;
const said = document.getElementById("keeping");
const LOCAL = `mubiao:${words.person}:`;
const SUBMITTED = "mubiao:submitted";
const QUIET = 1500; // milliseconds without a key before what is typed is kept
const LATEST = 5000; // milliseconds of typing without a pause after which it is kept all the same
const LONGEST = 60000; // bytes that a closing page may still send
const READ = ["comparator", "value", "value_high", "unit", "ambition"];
let dirty = false;
let sent = false;
let timer;
let kept = Date.now();
let reading;
let keeping;

form.addEventListener("input", (event) => {
  dirty = true;
  sent = false;
  delete event.target.dataset.suggested;
  clearTimeout(timer);
  timer = setTimeout(keep, Math.min(QUIET, Math.max(0, kept + LATEST - Date.now())));
  if (/(^|\.)(value|due)_as_stated$/.test(event.target.name ?? "")) {
    clearTimeout(reading);
    reading = setTimeout(() => understand(event.target), 300);
  }
  if (/^(written|published|reported)$/.test(event.target.name ?? "")) {
    clearTimeout(reading);
    reading = setTimeout(() => form.querySelectorAll("[name$=due_as_stated]").forEach((one) => one.value && understand(one)), 600);
  }
});
form.addEventListener("submit", (event) => {
  if (event.submitter?.formTarget === "_blank") return;
  sent = true;
  clearTimeout(timer);
  keeping?.abort();
  // What was suggested, or read from words that may have changed since, is so anew by the server.
  for (const field of suggestions()) put(field, "");
  for (const field of form.querySelectorAll("[data-filled]")) if (!own(field)) field.value = "";
  // Until an answer says that it arrived.
  store();
  sessionStorage.setItem(SUBMITTED, LOCAL + words.key);
});
window.addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
arrive();

function filled() {
  const held = new FormData(form);
  for (const field of suggestions()) held.delete(field.name);
  const pairs = [...held].filter(([name, value]) => name !== "do" && typeof value === "string");
  return new URLSearchParams(pairs.filter(([name, value]) => value.trim() || name === "seen"));
}

async function keep() {
  const body = filled();
  kept = Date.now();
  keeping?.abort();
  keeping = new AbortController();
  try {
    const answer = await fetch(words.unsaved, { method: "POST", body, signal: keeping.signal });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const read = await answer.json();
    if (sent) return;
    dirty = false;
    localStorage.removeItem(LOCAL + words.key);
    said.textContent = words.kept.replace("{time}", read.at);
    alike(read.alike);
    suggest(read.suggested);
  } catch (error) {
    if (error.name === "AbortError") return;
    store();
    said.textContent = words.lost;
  }
}

function leave() {
  if (!dirty || sent) return;
  const body = filled();
  store(body);
  if (body.toString().length < LONGEST) fetch(words.unsaved, { method: "POST", body, keepalive: true }).catch(() => {});
}

function store(body = filled()) {
  try {
    localStorage.setItem(LOCAL + words.key, JSON.stringify({ at: Date.now(), body: body.toString() }));
  } catch {
    // No room, or not allowed: the server is the one that keeps it.
  }
}

// What this browser alone has kept goes to the server, and is offered; what was saved meanwhile is forgotten.
async function arrive() {
  const submitted = sessionStorage.getItem(SUBMITTED);
  if (submitted && document.querySelector(".done")) localStorage.removeItem(submitted);
  sessionStorage.removeItem(SUBMITTED);
  const here = document.getElementById("kept-here");
  const mine = Object.keys(localStorage).filter((name) => name.startsWith(LOCAL));
  for (const name of mine) {
    const key = name.slice(LOCAL.length);
    if (submitted === name) continue;
    const { at, body } = JSON.parse(localStorage.getItem(name));
    const address = words.unsaved.replace(/[^/]+$/, key);
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(body) }).catch(() => null);
    if (!answer?.ok || answer.redirected) continue;
    localStorage.removeItem(name);
    const ours = unnumbered(key) === unnumbered(words.key);
    const offered = [...document.querySelectorAll(".offer a")].some((link) => link.href.endsWith(`unsaved=${key}`));
    if (!ours || offered || location.search.includes(`unsaved=${key}`)) continue;
    here.hidden = false;
    here.querySelector(".when").textContent = new Date(at).toLocaleString(document.documentElement.lang);
    here.querySelector("[data-go-on]").onclick = () => (location.search = `?unsaved=${key}`);
    here.querySelector("[data-drop]").onclick = async () => {
      await fetch(`${address}/drop`, { method: "POST", redirect: "manual" });
      here.hidden = true;
    };
  }
}

// Of something new, whichever it is of its kind.
function unnumbered(key) {
  return key.replace(/(^|\.)new-.*/, "$1new-");
}

function alike(found) {
  const place = document.getElementById("alike");
  if (!place) return;
  place.hidden = !found.length;
  place.querySelector("ul").replaceChildren(
    ...found.map((one) => {
      const item = document.createElement("li");
      const link = item.appendChild(document.createElement("a"));
      link.href = one.href;
      link.target = "_blank";
      link.textContent = one.said;
      return item;
    }),
  );
}

// A suggestion is the server's until it is touched: it follows what it was made of, and goes with it.
function suggest(found) {
  for (const field of suggestions()) if (!(field.name in found)) put(field, "");
  for (const [name, value] of Object.entries(found)) {
    const field = boxOf(name, value) ?? form.elements[name];
    if (!field || field === document.activeElement) continue;
    const blank = field.type === "checkbox" ? !field.checked : !field.value;
    if (!blank && !("suggested" in field.dataset)) continue;
    put(field, value);
    field.dataset.suggested = "";
  }
}

function suggestions() {
  return [...form.querySelectorAll("[data-suggested]")];
}

function put(field, value) {
  if (field.type === "checkbox") field.checked = Boolean(value);
  else field.value = value;
  delete field.dataset.suggested;
}

// What is listed stands in boxes, each with its word.
function boxOf(name, value) {
  const list = name.match(/^(.*inferred)\.\d+$/)?.[1];
  return list ? form.querySelector(`[name^="${list}."][value="${value}"]`) : null;
}

// What was filled in here and not touched since counts as blank.
function own(field) {
  return field && field.dataset.filled !== field.value ? field.value : "";
}

async function understand(field) {
  const row = field.name.slice(0, Math.max(field.name.lastIndexOf("."), 0));
  const target = row.replace(/\.deadlines\.\d+$/, "");
  const at = (name) => form.elements[[name === "kind" ? target : row, name].filter(Boolean).join(".")];
  if (!at("due") && row) return;
  const written = ["written", "published", "reported"].map((name) => form.elements[name]?.value).find(Boolean);
  const asked = new URLSearchParams({
    figure: at("value_as_stated").value,
    due: at("due_as_stated")?.value ?? "",
    written: written ?? "",
    due_on: own(at("due")),
    kind: own(at("kind")),
  });
  for (const name of READ) asked.set(name, own(at(name)));
  const answer = await fetch(`${words.understand}?${asked}`).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const read = await answer.json();
  for (const name of [...READ, "due", "kind"]) {
    // What the words no longer say goes with them.
    if (at(name)?.dataset.filled === at(name)?.value && !(name in read.fill)) fill(at(name), "");
  }
  for (const [name, value] of Object.entries(read.fill)) fill(at(name), value);
  for (const name of read.inferred) tick(row, name);
  tell(row, read, at);
}

function fill(field, value) {
  if (!field) return;
  field.value = value;
  field.dataset.filled = value;
}

function tick(row, name) {
  const box = form.querySelector(`[name^="${row}.inferred."][value="${name}"]`);
  if (box) box.checked = true;
}

function tell(row, read, at) {
  const place = document.getElementById(`${row}.read`);
  const line = (kind, text) => {
    const made = document.createElement("p");
    made.className = kind;
    made.textContent = text;
    return made;
  };
  const lines = read.problems.map((sentence) => line("unread", sentence));
  if (read.figure.length) {
    const canonical = line("canonical", "");
    for (const one of read.figure) {
      const part = canonical.appendChild(document.createElement("span"));
      part.lang = one.lang === "zh" ? "zh-Hans-CN" : "en";
      part.textContent = one.said;
      canonical.append(" ");
    }
    lines.unshift(canonical);
  }
  if (read.differs.length) {
    lines.push(line("differing", `${words.differs} ${read.differs.join("; ")}`));
    const take = document.createElement("button");
    take.type = "button";
    take.className = "quiet deed";
    take.textContent = words.take;
    take.addEventListener("click", () => {
      for (const [name, value] of Object.entries(read.take)) fill(at(name), value);
      understand(at("value_as_stated"));
      form.dispatchEvent(new Event("input", { bubbles: true }));
    });
    lines.push(take);
  }
  place.replaceChildren(...lines);
}
