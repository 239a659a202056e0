// <alliance-map data-zoom>: buttons, wheel and drag move inside the large frame of a map drawn on the server. Without it
// the map is whole and its marks are links all the same.

const STEP = 1.6;
const MOST = 10;

class AllianceMap extends HTMLElement {
  connectedCallback() {
    const main = this.querySelector(".map__main");
    this.svg = main?.querySelector("svg");
    if (!("zoom" in this.dataset) || !this.svg || this.tools) return;
    this.whole = this.svg.viewBox.baseVal;
    this.whole = { x: this.whole.x, y: this.whole.y, width: this.whole.width, height: this.whole.height };
    this.view = { ...this.whole };
    this.tools = document.createElement("div");
    this.tools.className = "map__tools";
    this.buttons = [["+", this.dataset.in, STEP], ["−", this.dataset.out, 1 / STEP], ["⤢", this.dataset.whole, 0]].map(
      ([sign, label, factor]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = sign;
        button.ariaLabel = button.title = label;
        button.addEventListener("click", () => this.zoom(factor));
        return button;
      },
    );
    this.tools.append(...this.buttons);
    main.append(this.tools);
    this.svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.svg.addEventListener("pointerdown", (event) => this.grab(event));
    this.svg.addEventListener("focusin", (event) => this.reveal(event.target));
    this.draw();
    this.restore();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  // What is looked at is kept in the address (`vue`: left, top, factor, as shares of the whole): a reload, a bookmark or a
  // message gives it back. Another list has another address, and its own view.
  restore() {
    const asked = location.search.slice(1).split("&").find((part) => part.startsWith("vue="));
    const [x, y, factor] = (asked ?? "").slice(4).split(",").map(Number);
    if (factor > 1 && factor <= MOST && Number.isFinite(x + y)) {
      this.move(this.whole.x + x * this.whole.width, this.whole.y + y * this.whole.height, factor);
    }
  }

  keep() {
    const rest = location.search.slice(1).split("&").filter((part) => part && !part.startsWith("vue="));
    if (this.factor > 1.01) {
      const shares = [(this.view.x - this.whole.x) / this.whole.width, (this.view.y - this.whole.y) / this.whole.height];
      rest.push(`vue=${shares.map((share) => share.toFixed(3))},${this.factor.toFixed(2)}`);
    }
    const search = rest.length ? `?${rest.join("&")}` : "";
    if (search !== location.search) history.replaceState(history.state, "", location.pathname + search + location.hash);
  }

  get factor() {
    return this.whole.width / this.view.width;
  }

  // Factor 0 shows the whole; `at` is the point, in units, that stays where it is.
  zoom(factor, at) {
    const wanted = factor ? Math.min(MOST, Math.max(1, this.factor * factor)) : 1;
    at ??= { x: this.view.x + this.view.width / 2, y: this.view.y + this.view.height / 2 };
    const share = this.factor / wanted;
    this.move(at.x - (at.x - this.view.x) * share, at.y - (at.y - this.view.y) * share, wanted);
  }

  move(x, y, factor = this.factor) {
    const width = this.whole.width / factor;
    const height = this.whole.height / factor;
    const within = (value, start, length, size) => Math.min(start + length - size, Math.max(start, value));
    this.view = {
      x: within(x, this.whole.x, this.whole.width, width),
      y: within(y, this.whole.y, this.whole.height, height),
      width,
      height,
    };
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), 300);
  }

  draw() {
    const { x, y, width, height } = this.view;
    this.svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    const zoomed = this.factor > 1.01;
    this.toggleAttribute("data-zoomed", zoomed);
    this.buttons[0].disabled = this.factor > MOST - 0.01;
    this.buttons[1].disabled = this.buttons[2].disabled = !zoomed;
    // Discs keep their size on the screen, so that near ones come apart.
    for (const circle of this.svg.querySelectorAll(".map-mark circle")) {
      circle.dataset.r ??= circle.getAttribute("r");
      circle.setAttribute("r", circle.dataset.r / Math.sqrt(this.factor));
    }
  }

  point(event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return { x: at.x, y: at.y };
  }

  // The page scrolls unless Ctrl is held, as on other maps.
  wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? 1.25 : 0.8, this.point(event));
  }

  grab(event) {
    if (this.factor < 1.01 || event.button) return;
    const start = this.point(event);
    const move = (moved) => {
      const now = this.point(moved);
      this.move(this.view.x + start.x - now.x, this.view.y + start.y - now.y);
    };
    const stop = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", stop);
      removeEventListener("pointercancel", stop);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", stop);
    addEventListener("pointercancel", stop);
  }

  // A mark reached with the keyboard comes into view.
  reveal(target) {
    const box = target.getBBox?.();
    if (!box || this.factor < 1.01) return;
    const { x, y, width, height } = this.view;
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    if (at.x < x || at.y < y || at.x > x + width || at.y > y + height) this.move(at.x - width / 2, at.y - height / 2);
  }
}

customElements.define("alliance-map", AllianceMap);
