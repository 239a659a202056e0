// <own-checks>: the reader ticks what no data can tell; kept in this browser only, never sent. Without script there is nothing to tick.
class OwnChecks extends HTMLElement {
  connectedCallback() {
    this.key = `alliage.conditions.${this.dataset.key}`;
    this.ticked = new Set(this.read());
    for (const line of this.querySelectorAll("[data-own]")) this.ask(line);
    this.say();
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      return [];
    }
  }

  keep() {
    try {
      if (this.ticked.size) localStorage.setItem(this.key, JSON.stringify([...this.ticked]));
      else localStorage.removeItem(this.key);
    } catch {
      // A browser that keeps nothing: the ticks last as long as the page.
    }
  }

  ask(line) {
    const number = line.dataset.own;
    const label = document.createElement("label");
    const box = document.createElement("input");
    const text = line.querySelector(".fit__text");
    label.className = "fit__own";
    box.type = "checkbox";
    box.checked = this.ticked.has(number);
    text.id ||= `condition-${number}`;
    box.setAttribute("aria-describedby", text.id);
    box.addEventListener("change", () => {
      if (box.checked) this.ticked.add(number);
      else this.ticked.delete(number);
      this.keep();
      this.say();
    });
    label.append(box, this.dataset.label);
    line.append(label);
  }

  say() {
    const asked = [...this.querySelectorAll("[data-own]")].map((line) => line.dataset.own);
    const mine = asked.filter((number) => this.ticked.has(number)).length;
    const count = Number(this.dataset.met) + mine;
    this.querySelector("[role=status]").textContent = mine
      ? this.dataset.said.replace("{count}", count).replace("{total}", this.dataset.total)
      : "";
  }
}

customElements.define("own-checks", OwnChecks);
