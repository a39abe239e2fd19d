// The region picker as a combobox (ARIA APG: editable, with a list), and the buttons beside what can be copied.
// Without this file the field is sent as it is and the server finds out which region was meant.
// The charts are far down, so their script comes when a reader does.

const WAIT = 120; // milliseconds without a key before the server is asked
const KEPT = "mubiao-added";

for (const place of document.querySelectorAll(".picker[data-source]")) {
  regions(place);
}
copying();
for (const place of document.querySelectorAll("[data-script]")) later(place);

function later(place) {
  const seen = new IntersectionObserver(
    ([entry]) => {
      if (!entry.isIntersecting) return;
      seen.disconnect();
      import(place.dataset.script);
    },
    { rootMargin: "200px" },
  );
  seen.observe(place);
}

function regions(place) {
  const input = place.querySelector("input");
  const form = input.form;
  const words = place.dataset;
  const name = `name_${words.lang}`;
  const box = combobox(place, input, words, {
    async find(typed, signal) {
      const answer = await fetch(`${words.source}?q=${encodeURIComponent(typed.slice(0, 80))}`, { signal });
      const chosen = new Set([...form.querySelectorAll("input[name=region]")].map((one) => one.value));
      return answer.ok ? (await answer.json()).items.filter((item) => !chosen.has(item.code)) : null;
    },
    written: (item) => [
      item[name],
      [item[words.lang === "zh" ? "name_en" : "name_zh"], item.within?.[name]].filter(Boolean).join(" · "),
    ],
    choose(item) {
      const region = document.createElement("input");
      region.type = "hidden";
      region.name = "region";
      region.value = item.code;
      form.append(region);
      sessionStorage.setItem(KEPT, item[name]);
      input.value = "";
      box.close();
      form.requestSubmit(place.querySelector("button"));
    },
  });
  const added = sessionStorage.getItem(KEPT);
  if (added) {
    sessionStorage.removeItem(KEPT);
    input.focus();
    box.say(words.added.replace("{region}", added));
  }
}

// `words` are what is said (all, none, some); `how` finds items, writes one in two parts, and does with one what is meant.
export function combobox(place, input, words, how) {
  const list = place.appendChild(document.createElement("ul"));
  const status = place.appendChild(document.createElement("p"));
  let items = [];
  let asking;
  let timer;
  let active = -1;

  list.id = `${input.id}-list`;
  list.className = "listbox";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.all);
  status.className = "unseen";
  status.setAttribute("role", "status");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    // While Chinese is being composed, the keys belong to the input method.
    if (event.isComposing) return;
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) move(event.key === "ArrowDown" ? 1 : -1);
      else ask();
    } else if (event.key === "Enter" && open && active >= 0) {
      event.preventDefault();
      choose(active);
    } else if (event.key === "Escape") {
      if (open) close();
      else if (how.clears !== false) input.value = "";
    }
  });
  input.addEventListener("blur", close);
  // The field keeps the focus when the list is clicked.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose([...list.children].indexOf(option));
  });
  return { say, close };

  async function ask() {
    const typed = input.value.trim();
    asking?.abort();
    if (!typed) return close();
    asking = new AbortController();
    try {
      const found = await how.find(typed, asking.signal);
      if (found) show(found);
    } catch {
      // Aborted, or no answer: the form can still be sent.
    }
  }

  function show(found) {
    // Who has gone on to another field is not asked about this one.
    if (document.activeElement !== input) return;
    items = found;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...items.map(option));
    if (!items.length) {
      close();
      say(words.none);
      status.className = "none hint";
      return;
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    say(words.some.replace("{n}", items.length));
  }

  function option(item, index) {
    const row = document.createElement("li");
    const own = document.createElement("span");
    const other = document.createElement("span");
    [own.textContent, other.textContent] = how.written(item);
    other.className = "said";
    row.id = `${list.id}-${index}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    row.append(own, " ", other);
    return row;
  }

  function move(step) {
    const rows = [...list.children];
    rows[active]?.setAttribute("aria-selected", "false");
    active = active < 0 && step < 0 ? rows.length - 1 : (active + step + rows.length) % rows.length;
    rows[active].setAttribute("aria-selected", "true");
    rows[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", rows[active].id);
  }

  function choose(index) {
    how.choose(items[index]);
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    status.className = "unseen";
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function say(words) {
    status.textContent = words;
  }
}

function copying() {
  const said = document.querySelector(".copied");
  for (const field of document.querySelectorAll(".copying > input, .copying > textarea")) {
    // The server may not know under which name it is read.
    if ("frame" in field.dataset) field.value = field.value.replace('src="/', `src="${location.origin}/`);
    else field.value = new URL(field.value, location.href).href;
    field.addEventListener("focus", () => field.select());
    const button = field.parentElement.querySelector("[data-copy]");
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      said.textContent = button.dataset.done;
      button.textContent = button.dataset.done;
    });
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}
