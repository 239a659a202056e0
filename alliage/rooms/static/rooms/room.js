// A room, live: hears what happens, sends what is done, loses nothing. Without this file the page works by reloading.
//
// What is heard comes by server-sent events; when the line lets nothing through (a proxy that keeps everything), by long polling, until a
// stream passes again: it is tried from time to time, apart.
// What is done waits in this browser until the server has kept it: sent again under the same name, it is done once.

const gettext = globalThis.gettext ?? ((text) => text);
const SILENCE = 4000;
// The server says a word every fifteen seconds, and answers a poll within twenty-five: beyond, the line is dead though nothing closed it.
const DEAD = 40_000;
const RETRY = [500, 1000, 2000, 4000, 8000];
// How long polling goes on before a stream is tried again, then twice as long each time.
const FIRST_TRIAL = 15_000, LAST_TRIAL = 900_000;
const OVER = gettext("Cette salle n’existe plus, ou vous n’y êtes plus.");
const store = {
  read(key) { try { return JSON.parse(localStorage.getItem(key) ?? "null"); } catch { return null; } },
  write(key, value) { try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(value)); } catch { /* private window */ } },
};
const newName = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};
const actOf = (one) => one.fields.find(([field]) => field === "act")?.[1];
const eitherSignal = (one, other) => (AbortSignal.any && other ? AbortSignal.any([one, other]) : other);
const wait = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

class LiveRoom extends HTMLElement {
  connectedCallback() {
    this.number = Number(this.dataset.number);
    this.inside = this.querySelector("[data-room]");
    this.lineSays = this.querySelector("[data-line]");
    this.says = this.querySelector("[data-say]");
    this.kept = this.querySelector("[data-kept]");
    // Of one person in one room: whoever comes next in this browser neither reads it nor sends it.
    this.key = this.dataset.key && `alliage.room.${this.dataset.key}`;
    this.outbox = this.key ? store.read(this.key) ?? [] : [];
    this.settled = new Set();
    this.offset = 0;
    this.failures = 0;
    this.trials = 0;
    this.alive = true;
    this.addEventListener("submit", (event) => this.onSubmit(event));
    this.addEventListener("click", (event) => this.onClick(event));
    // Another network, perhaps.
    addEventListener("online", () => { this.failures = this.trials = 0; this.hear(); this.tryStream(); this.send(); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.hear(); });
    this.ticking = setInterval(() => { this.tick(); this.watch(); }, 500);
    this.tick();
    this.hear();
    this.send();
  }

  disconnectedCallback() {
    this.alive = false;
    clearInterval(this.ticking);
    this.hush();
  }

  // --- Hearing ----------------------------------------------------------------------------------------------------

  // What a hall reads is asked for as everybody's, whoever opened the page.
  address(how = "") {
    return `${this.dataset.stream}?${how}depuis=${this.number}${"screen" in this.dataset ? "&ecran=1" : ""}`;
  }

  hear() {
    if (this.polling || !this.alive) return;
    this.source?.close();
    const source = new EventSource(this.address());
    this.source = source;
    this.heardAt = Date.now();
    clearTimeout(this.deaf);
    // No first word in time: the line keeps what it should pass on.
    this.deaf = setTimeout(() => { if (this.source === source && !source.heard) { source.close(); this.poll(); } }, SILENCE);
    const hello = () => { source.heard = true; this.heardAt = Date.now(); this.failures = this.trials = 0; this.onLine(true); };
    source.addEventListener("bonjour", hello);
    source.addEventListener("battement", hello);
    source.addEventListener("salle", (event) => { hello(); this.receive(JSON.parse(event.data)); });
    source.onerror = () => {
      if (this.source !== source) return;
      if (source.readyState === EventSource.CLOSED) this.doubt();
      source.close();
      this.onLine(false);
      clearTimeout(this.deaf);
      const pause = RETRY[Math.min(this.failures++, RETRY.length - 1)];
      clearTimeout(this.again);
      this.again = setTimeout(() => this.hear(), pause * (0.75 + Math.random() / 2));
    };
  }

  watch() {
    if (this.polling || this.source?.readyState !== EventSource.OPEN || Date.now() - this.heardAt < DEAD) return;
    this.onLine(false);
    this.hear();
  }

  async poll() {
    const polling = this.polling = new AbortController();
    const { signal } = polling;
    this.tryLater();
    while (this.alive && !signal.aborted) {
      try {
        const answer = await fetch(this.address("attendre=1&"), { headers: { Accept: "application/json" }, signal: eitherSignal(signal, AbortSignal.timeout?.(DEAD)) });
        if (answer.status === 404) await this.refresh();
        if (!answer.ok) throw new Error(String(answer.status));
        const told = answer.status === 200 ? await answer.json() : null;
        // A stream took over meanwhile: it tells the same, from the same number.
        if (signal.aborted) break;
        this.failures = 0;
        this.onLine(true);
        if (told) this.receive(told);
      } catch {
        if (signal.aborted) break;
        this.onLine(false);
        await wait(RETRY[Math.min(this.failures++, RETRY.length - 1)]);
      }
    }
  }

  tryLater() {
    const pause = Math.min(FIRST_TRIAL * 2 ** this.trials++, LAST_TRIAL);
    clearTimeout(this.trial);
    this.trial = setTimeout(() => this.tryStream(), pause * (0.75 + Math.random() / 2));
  }

  // On a line of a few seconds that says one word and tells nothing, while polling goes on: what is heard comes by one way at a time.
  tryStream() {
    if (!this.polling || !this.alive) return;
    clearTimeout(this.trial);
    this.tried?.close();
    const tried = this.tried = new EventSource(this.dataset.trial);
    const end = (passes) => {
      if (this.tried !== tried) return;
      clearTimeout(this.trial);
      tried.close();
      this.tried = null;
      if (!passes) { this.tryLater(); return; }
      this.polling.abort();
      this.polling = null;
      this.hear();
    };
    tried.addEventListener("bonjour", () => end(true));
    tried.onerror = () => end(false);
    this.trial = setTimeout(() => end(false), SILENCE);
  }

  hush() {
    this.source?.close();
    this.tried?.close();
    this.polling?.abort();
    this.polling = null;
    for (const timer of [this.trial, this.deaf, this.again]) clearTimeout(timer);
  }

  // The line was refused, without a word on why: when it says that nobody is there, the page is read to know.
  async doubt() {
    try {
      const answer = await fetch(this.dataset.stream, { method: "HEAD" });
      if (answer.status === 404) this.refresh();
    } catch { /* No network: there is nothing to know. */ }
  }

  // Erased, or no longer one's own to read: what others wrote leaves the screen, one's own words not sent yet stay to be copied.
  end() {
    if (!this.alive) return;
    this.alive = false;
    this.hush();
    clearInterval(this.ticking);
    const waiting = this.outbox.flatMap((one) => [one.text, ...(one.emptied ?? []).map((field) => field.value)]).filter(Boolean);
    const typed = this.typed();
    const unsent = [...typed, ...waiting.filter((value) => typed.every((one) => one.value !== value)).map((value) => ({ label: "", value }))];
    this.inside.querySelector("co-writing")?.takeBack?.();
    while (this.outbox.length) this.settle();
    const said = document.createElement("h1");
    said.className = "room__title";
    said.textContent = OVER;
    this.inside.replaceChildren(said);
    for (const { label, value } of unsent) this.keep(label, value, gettext("Pas envoyé"));
    if (this.lineSays) this.lineSays.textContent = "";
    this.says.textContent = OVER;
    document.title = OVER;
  }

  onLine(isThere) {
    if (!this.alive) return;
    if (!this.lineSays || this.isThere === isThere) return;
    this.isThere = isThere;
    this.dataset.there = isThere ? "yes" : "no";
    this.lineSays.textContent = isThere ? "" : gettext("Connexion coupée : ce que vous écrivez est gardé ici et partira dès son retour.");
  }

  // What comes late may be older than the page read meanwhile: what followed is asked for from there, and told again.
  receive({ number, ops }) {
    this.heard?.push({ number, ops });
    this.number = number;
    this.take(ops);
  }

  take(ops) {
    if (this.dataset.whole !== undefined) {
      if (ops.some((op) => op.op === "refresh" || op.id === "horloge")) this.refresh();
      return;
    }
    for (const op of ops) this.apply(op);
  }

  apply(op) {
    if (op.op === "say") { this.says.textContent = op.text; return; }
    if (op.op === "refresh") { this.refresh(); return; }
    const there = document.getElementById(op.id);
    if (op.op === "drop") { there?.remove(); return; }
    if (op.op === "fill") {
      if (there) there.innerHTML = op.html;
      if (op.id === "relais") this.relay(there);
      this.tick();
      return;
    }
    const made = document.createElement("template");
    made.innerHTML = op.html.trim();
    const element = made.content.firstElementChild;
    if (there) {
      // What is one person's own is not in what all are told.
      const choice = there.querySelector("[data-choice]"), now = element.querySelector("[data-choice]");
      if (choice && now) { now.name = choice.name; now.setAttribute("aria-pressed", choice.getAttribute("aria-pressed")); }
      const own = element.querySelector("[data-mine]") ? [] : there.querySelectorAll("[data-mine]");
      element.querySelector(".card__acts")?.append(...own);
      this.carry(there, element);
      const focused = there.contains(document.activeElement) ? document.activeElement.name : "";
      there.replaceWith(element);
      if (focused) element.querySelector(`[name="${focused}"], [data-choice]`)?.focus();
    } else {
      document.getElementById(op.into)?.append(element);
    }
    const list = element.parentElement;
    while (list?.dataset.last && list.children.length > Number(list.dataset.last)) list.firstElementChild.remove();
    if (list && "byVotes" in list.dataset) this.sort(list);
  }

  // What is being typed in a card goes on in the one that takes its place.
  carry(there, element) {
    for (const area of there.querySelectorAll("textarea")) {
      const now = element.querySelector(`textarea[name="${area.name}"]`);
      if (!now || area.value === area.defaultValue || area.dataset.sent === area.value) continue;
      now.value = area.value;
      now.closest("details")?.setAttribute("open", "");
    }
  }

  // Who types the captions: the buttons of those who take turns follow.
  relay(there) {
    const captions = there?.closest("[data-me]");
    if (captions) captions.dataset.holds = there.querySelector("[data-typist]")?.dataset.typist === captions.dataset.me ? "yes" : "no";
  }

  sort(list) {
    const before = [...list.children];
    const after = [...before].sort((one, other) => Number(other.dataset.votes) - Number(one.dataset.votes));
    if (after.some((element, rank) => element !== before[rank]) && !list.contains(document.activeElement)) list.append(...after);
  }

  // Read the page again, once however many ask, keeping what is being typed.
  refresh() {
    this.asked = true;
    this.reading ??= this.read();
    return this.reading;
  }

  async read() {
    while (this.asked && this.alive) {
      this.asked = false;
      this.heard = [];
      const people = this.inside.querySelectorAll(".someone").length;
      if (people > 40) await wait(Math.random() * 1500);
      try {
        const answer = await fetch(`${this.dataset.page}?partie=1`, { headers: { Accept: "text/html" } });
        // A door or a sign-in form in its place says it too.
        const isInside = this.dataset.whole !== undefined || answer.headers.has("X-Room-Number");
        if ([403, 404].includes(answer.status) || answer.redirected || (answer.ok && !isInside)) { this.end(); break; }
        if (!answer.ok) throw new Error(String(answer.status));
        const html = await answer.text();
        if (!this.alive) break;
        if (this.dataset.whole !== undefined) this.replace(new DOMParser().parseFromString(html, "text/html").querySelector("[data-room]")?.innerHTML ?? "");
        else this.replace(html);
        const written = Number(answer.headers.get("X-Room-Number") ?? 0);
        this.catchUp(written);
        this.number = Math.max(this.number, written);
      } catch {
        await wait(1000);
        this.asked = this.alive;
      }
    }
    this.heard = null;
    this.reading = null;
  }

  // What was heard while the page was on its way is not in it: without this, it would leave the screen for good.
  catchUp(written) {
    if (this.dataset.whole !== undefined) return;
    for (const { number, ops, one } of this.heard) {
      if (number < written) continue;
      for (const op of ops) if (!["refresh", "say"].includes(op.op)) this.apply(op);
      if (one) this.mark(one);
    }
  }

  typed() {
    const fields = [...this.inside.querySelectorAll("textarea:not([readonly]), :is([type=text], [type=number]):not([readonly])")].filter((field) => !field.closest("co-writing"));
    return fields.filter((field) => field.value !== field.defaultValue).map((field) => ({
      id: field.id, value: field.value, isText: field.type !== "number", label: field.labels?.[0]?.textContent ?? field.closest("section")?.querySelector("h3")?.textContent ?? "",
    }));
  }

  replace(html) {
    const typed = this.typed();
    const picked = [...this.inside.querySelectorAll("select[id]")].map(({ id, value }) => ({ id, value }));
    const ticked = [...this.inside.querySelectorAll(".poll :is([type=radio], [type=checkbox])[id]")].filter((field) => field.checked !== field.defaultChecked).map(({ id, checked }) => ({ id, checked }));
    const active = this.inside.contains(document.activeElement) ? document.activeElement : null;
    const at = active && { id: active.id, start: active.selectionStart ?? null, end: active.selectionEnd ?? null };
    const open = [...this.inside.querySelectorAll("details[open]")].map(({ id, className }) => (id ? `#${id}` : className && `details.${className.split(" ")[0]}`)).filter(Boolean);
    const closed = [...this.inside.querySelectorAll("details:not([open])")].map((details) => details.className);
    const sifted = [...this.inside.querySelectorAll("input[type=radio]:checked:not([form])")].map((radio) => radio.id).filter((id) => id.startsWith("tri-"));
    this.put(html);
    for (const one of open) this.inside.querySelector(one)?.setAttribute("open", "");
    for (const name of closed) if (name.startsWith("room__where")) this.inside.querySelector(".room__where")?.removeAttribute("open");
    for (const id of sifted) { const radio = document.getElementById(id); if (radio) radio.checked = true; }
    for (const { id, value } of picked) {
      const field = document.getElementById(id);
      if (field && [...field.options].some((option) => option.value === value)) field.value = value;
    }
    for (const { id, checked } of ticked) { const field = document.getElementById(id); if (field) field.checked = checked; }
    for (const one of typed) {
      const field = document.getElementById(one.id);
      if (field && (!field.value || !one.isText || field.form?.id === "gestes")) { field.value = one.value; field.closest("details")?.setAttribute("open", ""); }
      else if (!field && one.isText) this.keep(one.label, one.value);
    }
    if (at?.id) {
      const field = document.getElementById(at.id);
      field?.focus({ preventScroll: true });
      if (at.start !== null) { try { field?.setSelectionRange(at.start, at.end); } catch { /* not a text field */ } }
    }
    this.tick();
  }

  // Notes stay where they are while they are the same ones: whoever types there goes on.
  put(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const page = fresh.content, next = page.querySelector("#notes"), notes = this.inside.querySelector("#notes");
    if (notes && notes.dataset.document === next?.dataset.document) {
      for (const node of [...this.inside.childNodes]) if (node !== notes) node.remove();
      while (page.firstChild !== next) notes.before(page.firstChild);
      next.remove();
      this.inside.append(page);
      return;
    }
    const unkept = notes?.querySelector("co-writing")?.takeBack?.();
    if (unkept) this.keep(notes.querySelector("h3").textContent, unkept);
    this.inside.replaceChildren(page);
    // A script that comes with the inside does not run by itself; asked for twice, it is there once.
    for (const { src } of this.inside.querySelectorAll("script[src]")) import(src).catch(() => {});
  }

  // The phase is over before it was sent: the text stays under the eyes.
  keep(label, text, why = gettext("Tapé trop tard pour cette étape, gardé ici")) {
    if (!this.kept) return;
    const item = document.createElement("li");
    const name = document.createElement("p");
    const area = document.createElement("textarea");
    const done = document.createElement("button");
    name.textContent = `${why}${label ? ` (${label.trim()})` : ""} :`;
    area.readOnly = true;
    area.value = text;
    area.setAttribute("aria-label", name.textContent);
    done.type = "button";
    done.className = "button button--quiet button--small";
    done.textContent = gettext("Oublier ce texte");
    done.addEventListener("click", () => { item.remove(); this.kept.hidden = !this.kept.children.length; });
    item.append(name, area, done);
    this.kept.append(item);
    this.kept.hidden = false;
  }

  // --- The clock --------------------------------------------------------------------------------------------------

  tick() {
    const clock = this.inside.querySelector(".clock[data-ends]");
    if (!clock) return;
    const text = clock.querySelector("[data-left-text]");
    const left = Math.round(Number(clock.dataset.ends) - Date.now() / 1000 - this.offset);
    const whole = Number(clock.dataset.length) * 60;
    if (left > 48 * 3600) return;
    const over = left <= 0;
    clock.classList.toggle("clock--over", over);
    const arc = clock.querySelector(".clock__arc");
    arc?.setAttribute("stroke-dashoffset", String(over ? 0 : 100 - Math.max(0, Math.min(100, (100 * left) / whole))));
    const seconds = Math.abs(left) % 60, minutes = Math.floor(Math.abs(left) / 60);
    const said = `${minutes} min ${String(seconds).padStart(2, "0")}`;
    text.textContent = over ? text.dataset.over : said;
    if (over && this.overFor !== clock.dataset.ends) {
      this.overFor = clock.dataset.ends;
      this.says.textContent = text.dataset.over;
    }
  }

  // --- Doing ------------------------------------------------------------------------------------------------------

  onClick(event) {
    const link = event.target.closest?.("a[data-window]");
    if (!link) return;
    const [width, height] = link.dataset.window.split("x");
    if (open(link.href, link.target, `popup,width=${width},height=${height}`)) event.preventDefault();
  }

  onSubmit(event) {
    const form = event.target;
    if ("besideForm" in form.dataset) { this.sendBeside(event, form); return; }
    if (!("actForm" in form.dataset) || !this.dataset.act) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter ?? undefined);
    data.set("act", newName());
    const area = form.dataset.writes ? form.querySelector("textarea, input[type=text]") : null;
    const written = event.submitter?.closest(".card__write")?.querySelector("textarea");
    if (written) written.dataset.sent = written.value;
    // The others, in their own cards, wait for their own button.
    for (const other of this.inside.querySelectorAll(".card__write textarea")) if (other !== written) data.delete(other.name);
    const fields = [...data].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
    const emptied = [];
    if (area) {
      if (!area.value.trim()) return;
      area.value = "";
    } else if (!("stays" in form.dataset)) {
      for (const field of form.querySelectorAll("input[type=text]:not([readonly]), textarea")) {
        emptied.push({ id: field.id, value: field.value });
        field.value = "";
      }
    }
    const text = area ? data.get("text") : written?.value ?? "";
    this.outbox.push({ fields, area: (area ?? written)?.id ?? "", text, emptied });
    this.save();
    this.send();
  }

  // A gesture of the function that holds the room, at its own address: the page stays, with what is being typed in it.
  async sendBeside(event, form) {
    event.preventDefault();
    const body = new URLSearchParams([...new FormData(form, event.submitter ?? undefined)]);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.status === 422) this.lineSays.textContent = (await answer.json()).error;
      else if (!answer.ok) throw new Error(String(answer.status));
      // The sign-in form in its place: the session is over, nothing was done.
      else if (answer.redirected) throw new Error("redirected");
      else {
        this.lineSays.textContent = "";
        this.says.textContent = (await answer.json()).said;
      }
      this.refresh();
    } catch {
      this.lineSays.textContent = gettext("Cela n’a pas pu être envoyé : essayez encore.");
    }
  }

  // Another window of the same person may keep there what it has not sent yet.
  save() {
    if (!this.key) return;
    const mine = new Set([...this.settled, ...this.outbox.map(actOf)]);
    const waiting = [...(store.read(this.key) ?? []).filter((one) => !mine.has(actOf(one))), ...this.outbox];
    store.write(this.key, waiting.length ? waiting : null);
  }

  settle() {
    this.settled.add(actOf(this.outbox.shift()));
    this.save();
  }

  async send() {
    if (this.sending || !this.dataset.act) return;
    this.sending = true;
    let failures = 0, isDoubted = false;
    while (this.outbox.length && this.alive) {
      const one = this.outbox[0];
      const body = new URLSearchParams(one.fields);
      const token = this.querySelector("input[name=csrfmiddlewaretoken]")?.value;
      try {
        const answer = await fetch(this.dataset.act, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token ?? "" } });
        if (answer.status === 403 || answer.status === 404) {
          // The page read again says whether the room is still there; if it is, it brings a fresh token: once more.
          if (isDoubted) { this.refused(one, gettext("Cela n’a pas pu être envoyé.")); this.settle(); }
          else await this.refresh();
          isDoubted = !isDoubted;
          continue;
        }
        const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
        if (answer.status >= 500 || answer.status === 429 || !isJson) throw new Error(String(answer.status));
        const told = await answer.json();
        if (answer.status === 422) this.refused(one, told.error);
        else this.done(one, told);
        failures = 0;
        isDoubted = false;
        this.settle();
        this.onLine(true);
      } catch {
        this.onLine(false);
        await wait(RETRY[Math.min(failures++, RETRY.length - 1)]);
      }
    }
    this.sending = false;
  }

  // What others did meanwhile is told by the line: this answer says nothing of where one is.
  done(one, { number, ops }) {
    this.heard?.push({ number, ops, one });
    this.mark(one);
    this.take(ops);
  }

  // One's own choices, which what all are told does not hold.
  mark(one) {
    const [name, value] = one.fields.find(([field]) => field === "choose" || field === "unchoose") ?? [];
    if (!name) return;
    const button = document.querySelector(`#ecrit-${CSS.escape(value)} [data-choice]`);
    if (!button) return;
    button.name = name === "choose" ? "unchoose" : "choose";
    button.setAttribute("aria-pressed", name === "choose" ? "true" : "false");
  }

  refused(one, message) {
    this.lineSays.textContent = message;
    const area = one.area && document.getElementById(one.area);
    if (area && ["", one.text].includes(area.value)) {
      area.value = one.text;
      delete area.dataset.sent;
    } else if (one.text) this.keep("", one.text);
    for (const { id, value } of one.emptied ?? []) {
      const field = id && document.getElementById(id);
      if (field && !field.value) { field.value = value; field.closest("details")?.setAttribute("open", ""); }
      else if (value) this.keep(field?.labels?.[0]?.textContent ?? "", value);
    }
    this.refresh();
  }
}

customElements.define("live-room", LiveRoom);
