// « @ » in a message (textarea[data-mentions]) proposes the members of the group whose boxes the form holds (details[data-called]);
// choosing one writes the name and ticks the box. Without this script the boxes are ticked by hand.

const gettext = globalThis.gettext ?? ((text) => text);
const ngettext = globalThis.ngettext ?? ((one, many, count) => (count > 1 ? many : one));
const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const BEFORE = /(?:^|[\s(«])@([\p{L}\p{M}'’ -]{0,40})$/u;
const MOST = 8;

function picker(area) {
  const form = area.form;
  const boxes = [...form.querySelectorAll("[data-called] input[type=checkbox]")];
  if (!boxes.length) return;
  const people = boxes.map((box) => ({ box, name: box.closest("label").textContent.trim() }));
  const list = document.createElement("ul");
  list.className = "mention-list";
  list.id = `${area.id}_mentions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", gettext("Personnes du groupe"));
  list.hidden = true;
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  const around = document.createElement("div");
  around.className = "mention-box";
  area.after(around);
  around.append(list, said);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let found = [], current = -1, start = 0;

  const hide = () => {
    list.hidden = true;
    list.replaceChildren();
    found = [];
    area.removeAttribute("aria-activedescendant");
  };
  const point = (index) => {
    current = (index + found.length) % found.length;
    [...list.children].forEach((item, rank) => item.setAttribute("aria-selected", String(rank === current)));
    area.setAttribute("aria-activedescendant", list.children[current].id);
    list.children[current].scrollIntoView({ block: "nearest" });
  };
  const choose = (index) => {
    const { box, name } = found[index];
    area.setRangeText(`@${name} `, start, area.selectionEnd, "end");
    box.checked = true;
    box.closest("details").open = true;
    hide();
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const look = () => {
    const typed = area.value.slice(0, area.selectionEnd).match(BEFORE);
    if (!typed) return hide();
    const words = fold(typed[1]);
    found = people.filter(({ name }) => fold(name).split(/[\s-]+/).some((part, rank, parts) => parts.slice(rank).join(" ").startsWith(words))).slice(0, MOST);
    if (!found.length) return hide();
    start = area.selectionEnd - typed[1].length - 1;
    list.replaceChildren(...found.map(({ name }, rank) => {
      const item = document.createElement("li");
      item.id = `${list.id}_${rank}`;
      item.setAttribute("role", "option");
      item.textContent = name;
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(rank); });
      return item;
    }));
    list.hidden = false;
    said.textContent = ngettext("Une personne proposée", "%s personnes proposées", found.length).replace("%s", found.length);
    point(0);
  };
  area.addEventListener("input", (event) => { if (event.isTrusted) look(); });
  area.addEventListener("blur", hide);
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") point(current + 1);
    else if (event.key === "ArrowUp") point(current - 1);
    else if (event.key === "Enter" || event.key === "Tab") choose(current);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
  });
}

document.querySelectorAll("textarea[data-mentions]").forEach(picker);
