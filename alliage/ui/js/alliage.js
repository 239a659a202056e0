// What a small script makes better on every page; all of it is optional.
const root = document.documentElement;
const store = {
  read(key) { try { return localStorage.getItem(key); } catch { return null; } },
  write(key, value) { try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); } catch { /* private window */ } },
};

// The reader's choice of colours, applied before the first paint.
const THEME = "alliage.theme";
const applyTheme = (choice) => {
  if (choice === "light" || choice === "dark") root.dataset.theme = choice;
  else delete root.dataset.theme;
};
applyTheme(store.read(THEME));
root.classList.add("scripted");

// Text typed in a form marked `data-draft="name"` stays in this browser until it is sent (addresses do not: others may use it).
const typed = "input:not([type=hidden], [type=password], [type=email], [type=file], [type=submit], [data-no-draft]), textarea, select";
const fieldsOf = (form) => [...form.querySelectorAll(typed)].filter((field) => field.name && field.autocomplete !== "off");
const valueOf = (field) => {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  return field.multiple && field.options ? [...field.selectedOptions].map((option) => option.value) : field.value;
};
const fill = (field, value) => {
  if (field.type === "checkbox" || field.type === "radio") field.checked = value;
  else if (field.multiple && field.options) for (const option of field.options) option.selected = value.includes(option.value);
  else field.value = value;
};
const nameOf = (field) => (field.type === "checkbox" || field.type === "radio" ? `${field.name}=${field.value}` : field.name);

function keepDraft(form) {
  const key = `alliage.draft.${location.pathname}.${form.dataset.draft}`;
  const say = form.querySelector("[data-draft-status]");
  const fields = fieldsOf(form);
  const initial = JSON.stringify(fields.map(valueOf));
  const kept = JSON.parse(store.read(key) ?? "null");
  // A form that comes back refused holds newer text than the draft.
  if (kept && !form.querySelector("[aria-invalid=true]")) {
    let found = false;
    for (const field of fields) {
      if (!(nameOf(field) in kept) || JSON.stringify(valueOf(field)) === JSON.stringify(kept[nameOf(field)])) continue;
      fill(field, kept[nameOf(field)]);
      found = true;
    }
    if (found && say) say.textContent = say.dataset.restored ?? "";
  }
  const keep = () => {
    const now = fields.map(valueOf);
    store.write(key, JSON.stringify(now) === initial ? null : JSON.stringify(Object.fromEntries(fields.map((field, rank) => [nameOf(field), now[rank]]))));
  };
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { keep(); if (say) say.textContent = say.dataset.kept ?? ""; }, 400);
  });
  form.addEventListener("reset", () => store.write(key, null));
  form.addEventListener("submit", () => { clearTimeout(timer); keep(); sessionStorage.setItem("alliage.sent", key); });
}

// A draft is forgotten once it was accepted: the answer is then a redirection, which a page opened again after a failure is not.
function forgetSentDraft() {
  const key = sessionStorage.getItem("alliage.sent");
  if (!key) return;
  sessionStorage.removeItem("alliage.sent");
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival?.redirectCount && !document.querySelector("[aria-invalid=true], [data-unsent]")) store.write(key, null);
}

function ready() {
  try { forgetSentDraft(); } catch { /* private window */ }
  document.querySelectorAll("form[data-draft]").forEach(keepDraft);
  document.querySelector("[data-errors]")?.focus();
  for (const select of document.querySelectorAll("[data-theme-choice]")) {
    select.value = root.dataset.theme ?? "auto";
    select.addEventListener("change", () => {
      applyTheme(select.value);
      store.write(THEME, select.value === "auto" ? null : select.value);
    });
  }
}

document.addEventListener("click", (event) => {
  const close = event.target.closest?.("[data-dismiss]");
  if (close) (close.closest("li") ?? close.closest(".notice")).remove();
  const print = event.target.closest?.("[data-print]");
  if (print) window.print();
});
// A filter that says so sends itself; without script its button does.
document.addEventListener("change", (event) => event.target.closest?.("form[data-submit-on-change]")?.requestSubmit());

// A field with `data-scripts` around it brings its scripts when somebody enters it: nobody else receives them.
document.addEventListener("focusin", (event) => {
  const box = event.target.closest?.("[data-scripts]");
  if (!box) return;
  for (const script of box.dataset.scripts.split(" ")) import(script);
  delete box.dataset.scripts;
});

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
else ready();
