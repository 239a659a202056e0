// <territory-picker>: a text field that proposes territories (ARIA combobox). Without it the field is plain text, which
// the server resolves. Attributes: data-go (choosing opens the page), data-types (kinds, separated by commas),
// data-url (where suggestions come from), data-label. With a hidden input[data-code] inside, the choice is kept there as
// kind:code. Another picker extends this one with its own `address` and `row` (search/picker.js).

const gettext = globalThis.gettext ?? ((text) => text);
const ngettext = globalThis.ngettext ?? ((one, many, count) => (count > 1 ? many : one));
const WAIT = 120;
let count = 0;

class TerritoryPicker extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input:not([type=hidden])");
    if (!this.input || this.list) return;
    this.hidden_ = this.querySelector("input[data-code]");
    this.list = document.createElement("ul");
    this.list.id = `territoires-${++count}`;
    this.list.className = "picker__list";
    this.list.role = "listbox";
    this.list.ariaLabel = this.dataset.label || gettext("Territoires proposés");
    this.list.hidden = true;
    this.status = document.createElement("p");
    this.status.className = "visually-hidden";
    this.status.role = "status";
    this.append(this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list", autocomplete: "off",
    })) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.ask());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("li");
      if (item) this.choose(item);
    });
  }

  ask() {
    if (this.hidden_) this.hidden_.value = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetch(this.input.value.trim()), WAIT);
  }

  async fetch(text) {
    this.request?.abort();
    if (text.length < 2) return this.close();
    this.request = new AbortController();
    try {
      const answer = await fetch(this.address(text), { signal: this.request.signal });
      if (answer.ok) this.show((await answer.json()).results);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  address(text) {
    const query = new URLSearchParams({ q: text });
    for (const type of (this.dataset.types || "").split(",").filter(Boolean)) query.append("type", type);
    return `${this.dataset.url || "/territoires/suggestions.json"}?${query}`;
  }

  row({ kind, code, label, url, population }) {
    return { value: `${kind}:${code}`, label, url, aside: population ? gettext("%s hab.").replace("%s", population.toLocaleString("fr-FR")) : "" };
  }

  show(results) {
    this.list.replaceChildren(...results.map((result, rank) => {
      const { aside, ...said } = this.row(result);
      const item = document.createElement("li");
      item.role = "option";
      item.id = `${this.list.id}-${rank}`;
      item.ariaSelected = "false";
      Object.assign(item.dataset, said);
      item.append(said.label);
      if (aside) {
        const beside = document.createElement("span");
        beside.textContent = aside;
        item.append(beside);
      }
      return item;
    }));
    this.active = null;
    this.input.removeAttribute("aria-activedescendant");
    const open = results.length > 0 && document.activeElement === this.input;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    this.status.textContent = results.length
      ? ngettext("%s proposition : flèches pour parcourir, Entrée pour choisir.", "%s propositions : flèches pour parcourir, Entrée pour choisir.", results.length)
        .replace("%s", results.length)
      : gettext("Aucune proposition.");
  }

  key(event) {
    const items = [...this.list.children];
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && this.active && !this.list.hidden) {
      event.preventDefault();
      this.choose(this.active);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && items.length) {
      event.preventDefault();
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = this.active ? items.indexOf(this.active) : step > 0 ? -1 : 0;
      this.activate(items[(from + step + items.length) % items.length]);
    }
  }

  activate(item) {
    if (this.active) this.active.ariaSelected = "false";
    this.active = item;
    item.ariaSelected = "true";
    item.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", item.id);
  }

  choose(item) {
    this.input.value = item.dataset.label;
    if (this.hidden_) this.hidden_.value = item.dataset.value;
    this.close();
    this.dispatchEvent(new CustomEvent(this.localName.replace("-picker", ""), { bubbles: true, detail: { ...item.dataset } }));
    if ("go" in this.dataset) location.href = item.dataset.url;
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.active = null;
    this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-expanded", "false");
  }
}

customElements.define("territory-picker", TerritoryPicker);
