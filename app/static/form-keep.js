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
  clearTimeout(timer);
  timer = setTimeout(keep, Math.min(QUIET, Math.max(0, kept + LATEST - Date.now())));
  if (/\.(value|due)_as_stated$/.test(event.target.name ?? "")) {
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
  // Until an answer says that it arrived.
  store();
  sessionStorage.setItem(SUBMITTED, LOCAL + words.key);
});
window.addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
arrive();

function filled() {
  const pairs = [...new FormData(form)].filter(([name, value]) => name !== "do" && typeof value === "string");
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
    const ours = key === words.key || (key.startsWith("new-") && words.key.startsWith("new-"));
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

function alike(found) {
  const place = document.getElementById("alike");
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

function suggest(found) {
  for (const [name, value] of Object.entries(found)) {
    const field = form.elements[name];
    if (field && !field.value && field !== document.activeElement) field.value = value;
  }
}

// What was filled in here and not touched since counts as blank.
function own(field) {
  return field && field.dataset.filled !== field.value ? field.value : "";
}

async function understand(field) {
  const row = field.name.slice(0, field.name.lastIndexOf("."));
  const target = row.replace(/\.deadlines\.\d+$/, "");
  const at = (name) => form.elements[`${name === "kind" ? target : row}.${name}`];
  if (!at("due")) return;
  const written = ["written", "published", "reported"].map((name) => form.elements[name].value).find(Boolean);
  const asked = new URLSearchParams({
    figure: at("value_as_stated").value,
    due: at("due_as_stated").value,
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
