// <co-writing>: a text that several people write at once. Without it the page shows the text as it was when it was opened.

import { applyUpdate, Doc, encodeStateAsUpdate } from "yjs";

import { Binding } from "./binding.js";
import { Kept } from "./kept.js";
import { Link } from "./link.js";
import { layOut } from "./reading.js";

const KEEP_AFTER = 700;
const list = new Intl.ListFormat("fr", { type: "conjunction" });

class CoWriting extends HTMLElement {
  connectedCallback() {
    this.piece = (name) => this.querySelector(`[data-part=${name}]`);
    this.area = this.piece("area");
    this.words = this.dataset;
    this.kept = new Kept(this.dataset.key, "confidential" in this.dataset);
    this.writes = "writes" in this.dataset;
    this.leave = () => { if (this.dirty) this.keep(); };
    addEventListener("pagehide", this.leave);
    this.print = () => this.lay();
    addEventListener("beforeprint", this.print);
    this.piece("forget")?.addEventListener("click", () => { this.piece("aside").hidden = true; });
    this.begin(this.kept.read());
  }

  disconnectedCallback() {
    removeEventListener("pagehide", this.leave);
    removeEventListener("beforeprint", this.print);
    this.leave();
    this.end();
  }

  begin(found) {
    this.doc = new Doc();
    this.text = this.doc.getText("text");
    this.dirty = Boolean(found);
    this.synced = false;
    if (found) try { applyUpdate(this.doc, found, "kept"); } catch { this.dirty = false; }
    this.binding = new Binding(this.area, this.text);
    this.doc.on("update", (_update, origin) => this.changed(origin !== this.link));
    this.show();
    this.link = new Link(this.doc, new URL(this.dataset.url, location).href, {
      online: (is) => this.online(is),
      saved: () => this.saved(),
      said: (said) => this.hear(said),
      ended: (why) => this.over(why),
    });
  }

  // Once: a text that is over is let go again with its page.
  end() {
    if (!this.link) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.link.stop();
    this.binding.end();
    this.doc.destroy();
    this.link = null;
  }

  changed(mine) {
    if (mine) {
      this.dirty = true;
      if (this.synced) this.state("saving");
      this.timer ??= setTimeout(() => { this.timer = null; if (this.dirty) this.keep(); }, KEEP_AFTER);
    }
    if (!this.writes && this.synced) this.lay();
  }

  lay() {
    layOut(this.text.toString(), this.piece("read"), Number(this.dataset.level) || 2);
  }

  keep() {
    this.kept.write(encodeStateAsUpdate(this.doc));
  }

  // What was typed here and is not kept, for the page that takes this element away; nothing of it stays here.
  takeBack() {
    const text = this.dirty ? this.area.value : this.piece("aside").hidden ? "" : this.piece("mine").value;
    this.dirty = false;
    this.kept.forget();
    return text.trim() && text;
  }

  // --- What the link says

  online(is) {
    if (is === this.synced) return;
    this.synced = is;
    this.show();
    if (is) {
      this.state(this.dirty ? "saving" : "saved");
      if (this.wasCut) this.announce(this.words.back);
      this.wasCut = false;
      if (!this.writes) this.lay();
    } else {
      this.wasCut = true;
      this.state("cut");
      this.announce(this.words.cut);
      if (this.dirty) this.keep();
    }
  }

  saved() {
    this.dirty = false;
    this.kept.forget();
    if (this.synced) this.state("saved");
  }

  hear(said) {
    if (said.refused) this.announce(said.refused);
    if ("people" in said) this.people(said);
    if ("writes" in said && said.writes !== this.writes) {
      this.writes = said.writes;
      this.show();
      this.announce(this.writes ? this.words.open : this.words.closed);
      if (!this.writes) this.lay();
    }
    if (said.reset || ("writes" in said && !said.writes && this.dirty)) this.restart(said.refused);
  }

  // What was typed here was refused: it is kept aside, and the text begins again from what everyone has.
  restart(why) {
    if (this.dirty && this.area.value.trim()) {
      this.piece("mine").value = this.area.value;
      if (why) this.piece("why").textContent = why;
      this.piece("aside").hidden = false;
    }
    this.kept.forget();
    this.end();
    this.begin(null);
  }

  over(why) {
    this.kept.forget();
    this.dirty = false;
    this.end();
    if (why === "erased") {
      this.area.value = "";
      this.piece("read").replaceChildren();
    }
    this.writes = false;
    this.show();
    this.state(why);
    this.announce(this.words[why]);
  }

  // --- What is shown

  show() {
    const writing = this.writes && (this.synced || this.dirty || this.text.length > 0);
    this.area.readOnly = !writing;
    this.piece("write").hidden = !this.writes;
    this.piece("read").hidden = this.writes;
  }

  state(code) {
    const shown = this.piece("state");
    shown.dataset.state = code;
    shown.textContent = this.writes || code !== "saved" && code !== "saving" ? this.words[code] : this.words.follows;
  }

  announce(words) {
    this.piece("said").textContent = words ?? "";
  }

  people({ people, more, readers }) {
    const names = [...people, ...(more ? [this.words.more.replace("{}", more)] : [])];
    const parts = [];
    if (names.length) parts.push(this.words.here.replace("{}", list.format(names)));
    if (readers) parts.push((readers > 1 ? this.words.readers : this.words.reader).replace("{}", readers));
    this.piece("people").textContent = parts.join(" ");
  }
}

customElements.define("co-writing", CoWriting);
