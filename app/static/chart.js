// Charts: what a mark says is shown beside it, under the pointer and under the keyboard. Without this the same is in
// the table behind each chart.

const REACH = 24;
const MARK = '[role="graphics-symbol"][aria-label]';

function middle(mark) {
  const box = mark.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}

function nearest(marks, x, y) {
  let found = null;
  let best = REACH;
  for (const mark of marks) {
    const [left, top] = middle(mark);
    const distance = Math.hypot(left - x, top - y);
    if (distance < best) [found, best] = [mark, distance];
  }
  return found;
}

function enliven(plot) {
  const marks = [...plot.querySelectorAll(MARK)].sort((a, b) => middle(a)[0] - middle(b)[0]);
  if (!marks.length) return;
  const place = plot.parentElement;
  const tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.hidden = true;
  // Screen readers say the mark's own label.
  tip.setAttribute("aria-hidden", "true");
  place.append(tip);

  function hide() {
    tip.hidden = true;
  }

  function show(mark) {
    tip.textContent = mark.getAttribute("aria-label");
    tip.hidden = false;
    const around = place.getBoundingClientRect();
    const [x, y] = middle(mark);
    const left = Math.min(Math.max(x - around.left - tip.offsetWidth / 2, 0), around.width - tip.offsetWidth);
    const above = y - around.top - tip.offsetHeight - 12;
    tip.style.left = `${left}px`;
    tip.style.top = `${above < 0 ? y - around.top + 12 : above}px`;
  }

  function move(to) {
    for (const mark of marks) mark.tabIndex = mark === to ? 0 : -1;
    to.focus();
  }

  marks.forEach((mark, number) => {
    mark.tabIndex = number ? -1 : 0;
    mark.addEventListener("focus", () => show(mark));
    mark.addEventListener("blur", hide);
  });

  plot.addEventListener("keydown", (event) => {
    const at = marks.indexOf(document.activeElement);
    const to = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: marks.length - 1,
    }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    move(marks[(to + marks.length) % marks.length]);
  });

  // The pointer may go on to what it has brought up, and need not meet a small mark exactly.
  for (const type of ["pointermove", "pointerdown"]) {
    plot.addEventListener(type, (event) => {
      const mark = nearest(marks, event.clientX, event.clientY);
      if (mark) show(mark);
      else if (!marks.includes(document.activeElement)) hide();
    });
  }
  place.addEventListener("pointerleave", hide);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
}

for (const plot of document.querySelectorAll(".plot")) enliven(plot);
