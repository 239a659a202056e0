// Ties a Y.Doc to the live process: by web socket, or by plain requests where none passes. It comes back by itself, asks for
// what it lacks, gives what the server lacks, and says when all that was typed is kept.

import { applyUpdate, encodeStateAsUpdate, encodeStateVector, encodeStateVectorFromUpdate, mergeUpdates } from "yjs";

import { CHANGE, LACKING, OURS, pieces, Reader, SYNC, sync, VECTOR } from "./wire.js";

const RESYNC = 15_000;
const SILENCE = 5_000; // a socket that says nothing this long is held by a proxy
const WAITS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
const POST_WAIT = 300;
const ENDS = { 4404: "gone", 4410: "erased" };
const BINARY = { "Content-Type": "application/octet-stream" };

export class Link {
  // `tell.online(is)`, `tell.saved()`, `tell.said(message)`, `tell.ended(why)`.
  constructor(doc, url, tell) {
    Object.assign(this, { doc, url, tell, failures: 0, sent: 0, saved: 0, unsent: [], over: false });
    this.heard = (update, origin) => { if (origin !== this) this.changed(update); };
    doc.on("update", this.heard);
    this.wake = () => { if (!this.socket && !this.plain) this.start(); };
    addEventListener("online", this.wake);
    this.start();
  }

  changed(update) {
    if (this.isOpen()) this.send(CHANGE, update);
    else {
      this.unsent.push(update);
      if (this.plain) this.postSoon();
    }
  }

  isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  start() {
    clearTimeout(this.timer);
    if (this.over) return;
    const socket = new WebSocket(`${this.url.replace(/^http/, "ws")}?accuse=1`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    let heard = false;
    const silence = setTimeout(() => { if (!heard) socket.close(); }, SILENCE);
    socket.onopen = () => {
      this.sent = this.saved = 0;
      this.unsent = [];
      socket.send(sync(VECTOR, encodeStateVector(this.doc)));
      this.resync = setInterval(() => socket.send(sync(VECTOR, encodeStateVector(this.doc))), RESYNC);
    };
    socket.onmessage = ({ data }) => {
      heard = true;
      this.failures = 0;
      this.hear(new Reader(new Uint8Array(data)));
    };
    socket.onclose = ({ code }) => {
      clearTimeout(silence);
      clearInterval(this.resync);
      if (this.over || this.socket !== socket) return;
      this.socket = null;
      if (ENDS[code]) this.finish(ENDS[code]);
      else if (heard) this.later();
      else this.ask(); // no socket passes, or nobody answers: plain requests tell which
    };
  }

  later() {
    this.tell.online(false);
    this.plain = false;
    const wait = WAITS[Math.min(this.failures++, WAITS.length - 1)];
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.start(), wait * (0.7 + Math.random() * 0.6));
  }

  send(step, content) {
    this.sent += 1;
    this.socket.send(sync(step, content));
  }

  hear(reader) {
    const kind = reader.number();
    if (kind === OURS) this.listen(reader.json());
    if (kind !== SYNC) return;
    const step = reader.number(), content = reader.piece();
    if (step === VECTOR) this.send(LACKING, encodeStateAsUpdate(this.doc, content));
    else {
      applyUpdate(this.doc, content, this);
      if (step === LACKING) this.tell.online(true);
    }
  }

  listen(said) {
    if ("saved" in said) {
      this.saved = said.saved;
      if (this.saved >= this.sent) this.tell.saved();
    } else this.tell.said(said);
  }

  // --- Plain requests

  async ask(since = "") {
    this.plain = true;
    while (!this.over && this.plain) {
      try {
        const answer = await fetch(`${this.url}/changements?depuis=${since}`, { signal: AbortSignal.timeout(40_000) });
        if (this.refused(answer.status)) return;
        const first = since === "";
        since = this.take(new Reader(new Uint8Array(await answer.arrayBuffer())), first);
        this.failures = 0;
        this.tell.online(true);
        if (first) await this.post();
      } catch {
        if (!this.over) this.later();
        return;
      }
    }
  }

  take(reader, first) {
    const said = reader.json(), found = [];
    for (let count = reader.number(); count; count -= 1) found.push(reader.piece().slice());
    for (const each of found) applyUpdate(this.doc, each, this);
    if (first) {
      const known = found.length ? encodeStateVectorFromUpdate(mergeUpdates(found)) : new Uint8Array([0]);
      this.unsent = [encodeStateAsUpdate(this.doc, known)];
    }
    this.tell.said(said);
    return said.number;
  }

  refused(status) {
    if (status === 404 || status === 410) this.finish(status === 410 ? "erased" : "gone");
    else if (status >= 400) throw new Error(status);
    return this.over;
  }

  postSoon() {
    this.posting ??= setTimeout(() => { this.posting = null; this.post().catch(() => this.later()); }, POST_WAIT);
  }

  async post() {
    if (this.busy) return this.postSoon();
    this.busy = true;
    try {
      while (this.unsent.length && !this.over) await this.postOnce();
    } finally {
      this.busy = false;
    }
    if (!this.over) this.tell.saved();
  }

  async postOnce() {
    const batch = this.unsent;
    this.unsent = [];
    try {
      const body = pieces([mergeUpdates(batch)]);
      const answer = await fetch(`${this.url}/changements`, { method: "POST", headers: BINARY, body });
      if (answer.status === 409) this.unsent.push(encodeStateAsUpdate(this.doc, new Uint8Array(await answer.arrayBuffer())));
      else if (answer.status === 403) this.tell.said({ writes: false });
      else if (answer.status === 413 || answer.status === 422) this.tell.said({ refused: (await answer.json()).error, reset: true });
      else this.refused(answer.status);
    } catch (error) {
      this.unsent = [...batch, ...this.unsent];
      throw error;
    }
  }

  // --- The end

  finish(why) {
    this.stop();
    this.tell.ended(why);
  }

  stop() {
    this.over = true;
    clearTimeout(this.timer);
    clearTimeout(this.posting);
    clearInterval(this.resync);
    removeEventListener("online", this.wake);
    this.doc.off("update", this.heard);
    this.socket?.close();
  }
}
