// Drag and drop on the grid of a programme: a handle on each sequence fills the form « Placer » and sends it, as a hand would.
// The server refuses what another window changed, and shows what clashes, for both. Without this script the form is there.
const form = document.getElementById("placer");
const grid = document.querySelector(".daygrid");
const FARTHER = 6; // pixels: less is a click that trembles
const EDGE = 48;
let drag = null;

const between = (value, start, end) => value >= start && value < end;
const time = (written) => Date.parse(`${written}:00Z`); // the clock of the event, never this device's
const written = (moment) => new Date(moment).toISOString().slice(0, 16);

/** Where this point of the screen is: an hour of a row, by the step that is chosen, and a track; null outside the grid. */
function placeAt(x, y) {
  const hour = [...grid.querySelectorAll(".daygrid__hour")].find((each) => {
    const box = each.getBoundingClientRect();
    return between(y, box.top, box.bottom);
  });
  const column = [...grid.tHead.rows[0].cells].find((each) => {
    const box = each.getBoundingClientRect();
    return "track" in each.dataset && between(x, box.left, box.right);
  });
  if (!hour || !column) return null;
  const box = hour.getBoundingClientRect();
  const step = (Number(document.getElementById("pas").value) || 15) * 60_000;
  const start = time(hour.dataset.at);
  const length = time(hour.dataset.until) - start;
  const offset = Math.floor((length * (y - box.top)) / box.height / step) * step;
  return { at: written(start + offset), track: column.dataset.track, hour, column };
}

function show(place) {
  for (const each of grid.querySelectorAll("[data-target]")) delete each.dataset.target;
  drag.label.hidden = !place;
  if (!place) return;
  place.hour.dataset.target = place.column.dataset.target = "";
  const [hours, minutes] = place.at.slice(11).split(":");
  const said = `${Number(hours)}\u00a0h${minutes === "00" ? "" : `\u00a0${minutes}`}`;
  drag.label.textContent = `${said} · ${place.column.textContent.trim()}`;
  drag.label.style.transform = `translate(${Math.min(drag.x + 14, innerWidth - drag.label.offsetWidth - 4)}px, ${drag.y + 14}px)`;
}

/** Near an edge, what is beyond comes by itself. */
function follow() {
  if (!drag) return;
  const frame = grid.parentElement, box = frame.getBoundingClientRect();
  const down = drag.y < EDGE ? -9 : drag.y > innerHeight - EDGE ? 9 : 0;
  const right = drag.x < box.left + EDGE ? -9 : drag.x > box.right - EDGE ? 9 : 0;
  if (drag.moving && (down || right)) {
    scrollBy(0, down);
    frame.scrollBy(right, 0);
    show(placeAt(drag.x, drag.y));
  }
  requestAnimationFrame(follow);
}

function begin(event) {
  if (event.button || drag) return;
  event.preventDefault();
  event.target.setPointerCapture(event.pointerId);
  const label = document.createElement("div");
  label.className = "daygrid__label";
  label.hidden = true;
  document.body.append(label);
  const cell = event.target.closest("td");
  drag = { cell, label, x: event.clientX, y: event.clientY, from: [event.clientX, event.clientY], moving: false };
  requestAnimationFrame(follow);
}

function move(event) {
  if (!drag) return;
  [drag.x, drag.y] = [event.clientX, event.clientY];
  if (Math.hypot(drag.x - drag.from[0], drag.y - drag.from[1]) >= FARTHER) drag.moving = true;
  drag.cell.toggleAttribute("data-dragged", drag.moving);
  if (drag.moving) show(placeAt(drag.x, drag.y));
}

function end() {
  if (!drag) return;
  show(null);
  drag.label.remove();
  drag.cell.removeAttribute("data-dragged");
  drag = null;
}

function drop() {
  if (!drag) return;
  const place = drag.moving ? placeAt(drag.x, drag.y) : null;
  const { cell } = drag;
  end();
  const here = cell.closest("tr").querySelector(".daygrid__hour").dataset.at;
  if (!place || (place.at === here && place.track === cell.dataset.track)) return;
  const { sequence, day, start, track, act } = form.elements;
  [day.value, start.value] = place.at.split("T");
  [sequence.value, track.value] = [cell.dataset.place, place.track];
  form.requestSubmit(act);
}

if (form && grid) {
  for (const cell of grid.querySelectorAll("td[data-place]")) {
    const handle = document.createElement("span");
    handle.className = "daygrid__handle";
    handle.title = form.dataset.handle;
    handle.ariaHidden = "true"; // a mouse's or a finger's: the form is everyone's
    handle.addEventListener("pointerdown", begin);
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", drop);
    handle.addEventListener("pointercancel", end);
    cell.prepend(handle);
  }
  addEventListener("keydown", (event) => { if (event.key === "Escape") end(); });
}
