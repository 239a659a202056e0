// A long form (form[data-draft-url]): what is typed is kept on the server as a draft, and long texts are counted.
// data-draft-never names what is never part of a draft. With data-keep-here, what could not reach the server (network cut,
// session over) is kept in this browser until it does, then forgotten; without it nothing is stored in the browser.

const ngettext = globalThis.ngettext ?? ((one, many, count) => (count > 1 ? many : one));
const WAIT = 1500;
const RETRY = [3000, 8000, 20000, 60000];
const MARKS = ["csrfmiddlewaretoken", "seen", "version", "tab"];

const here = {
  read(key) { try { return JSON.parse(localStorage.getItem(key) ?? "null"); } catch { return null; } },
  write(key, value) {
    try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(value)); } catch { /* private window */ }
  },
};

function autosave(form) {
  const never = ["act", ...(form.dataset.draftNever ?? "").split(" ")];
  const key = "keepHere" in form.dataset ? `alliage.unsent.${form.dataset.draftUrl}` : "";
  const said = form.querySelector("[data-draft-said]");
  const mine = form.querySelector("[data-keep-mine]");
  const contents = () => {
    const data = new FormData(form);
    for (const name of never) data.delete(name);
    return data;
  };
  const pairs = () => [...contents()].filter(([name, value]) => !MARKS.includes(name) && typeof value === "string");
  const comparable = () => JSON.stringify(pairs());
  let kept = comparable();
  let timer, failures = 0, sending = false, blocked = false, sent = false;

  const keepHere = () => {
    if (key) here.write(key, { seen: form.elements.seen.value, version: form.elements.version.value, pairs: pairs() });
  };

  async function keep(force = false) {
    clearTimeout(timer);
    if (sent || sending || (blocked && !force)) return;
    const now = comparable();
    if (now === kept && !force) return;
    sending = true;
    const data = contents();
    if (force) data.set("force", "1");
    try {
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: data, headers: { Accept: "application/json" } });
      const type = answer.headers.get("Content-Type") ?? "";
      if (!type.startsWith("application/json")) {
        // 403: the session is over. Saving gives the text back, to be sent again once signed in.
        if (answer.status !== 403) throw new Error(String(answer.status));
        keepHere();
        said.textContent = said.dataset.signedOut;
        return;
      }
      const told = await answer.json();
      said.textContent = told.message;
      blocked = answer.status === 409;
      mine.hidden = !blocked;
      if (answer.ok) {
        kept = now;
        failures = 0;
        form.elements.seen.value = told.seen;
        form.elements.version.value ||= told.version;
        if (key) here.write(key, null);
      } else if (answer.status === 429) {
        timer = setTimeout(keep, RETRY.at(-1));
      }
    } catch {
      keepHere();
      said.textContent = said.dataset.lost;
      timer = setTimeout(keep, RETRY[Math.min(failures++, RETRY.length - 1)]);
    } finally {
      sending = false;
    }
    if (comparable() !== now && !blocked && !failures) later();
  }
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT);
  };
  const leaving = () => {
    if (sent || blocked || comparable() === kept) return;
    if (failures) keepHere();
    if (navigator.sendBeacon(form.dataset.draftUrl, contents())) kept = comparable();
  };
  form.addEventListener("input", later);
  form.addEventListener("territory", later);
  form.addEventListener("thing", later);
  form.addEventListener("focusout", (event) => { if (event.target.name) keep(); });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
    if (!key || comparable() === kept) return;
    keepHere();
    try { sessionStorage.setItem("alliage.sent", key); } catch { /* forgotten by alliage.js once the form was accepted */ }
  });
  mine.addEventListener("click", () => keep(true));
  addEventListener("online", () => keep());
  addEventListener("pagehide", leaving);
  addEventListener("pageshow", (event) => { if (event.persisted) sent = false; });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leaving(); });
  if (key) bringBack(form, key, said, () => keep());
}

// What this browser kept because the server could not be reached: put back at once when nothing happened since, or by a button.
function bringBack(form, key, said, keep) {
  const unsent = here.read(key);
  if (!unsent) return;
  const fields = [...form.elements].filter((field) => field.name && !MARKS.includes(field.name) && !["submit", "button", "file"].includes(field.type));
  const typed = new Map();
  for (const [name, value] of unsent.pairs) typed.set(name, [...(typed.get(name) ?? []), value]);
  const differs = (field) => {
    const values = typed.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== values.includes(field.value);
    return values.length > 0 && field.value !== values[0];
  };
  if (document.querySelector("[data-errors]") || !fields.some(differs)) return here.write(key, null);
  const restore = () => {
    for (const field of fields.filter(differs)) {
      if (field.type === "checkbox" || field.type === "radio") field.checked = !field.checked;
      else field.value = typed.get(field.name)[0];
    }
    said.textContent = said.dataset.restored;
    keep();
  };
  if (unsent.seen === form.elements.seen.value && unsent.version === form.elements.version.value) return restore();
  const offer = form.querySelector("[data-unsent-offer]");
  offer.hidden = false;
  offer.querySelector("[data-unsent-restore]").addEventListener("click", () => { restore(); offer.remove(); });
  offer.querySelector("[data-unsent-forget]").addEventListener("click", () => { here.write(key, null); offer.remove(); });
}

function count(area) {
  const most = Number(area.dataset.counted);
  const line = document.createElement("p");
  line.className = "field__help";
  const say = () => {
    const left = most - area.value.length;
    line.textContent = ngettext("%s signe encore", "%s signes encore", Math.abs(left)).replace("%s", left.toLocaleString("fr-FR"));
  };
  area.after(line);
  area.addEventListener("input", say);
  say();
}

document.querySelectorAll("form[data-draft-url]").forEach((form) => { if (form.dataset.draftUrl) autosave(form); });
document.querySelectorAll("textarea[data-counted]").forEach(count);
