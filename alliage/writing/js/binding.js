// Ties a <textarea> to a shared text: what is typed goes there, what others type comes here, the caret stays where it was.

import { UndoManager } from "yjs";

// What changed between two texts, as one replacement. The caret tells which « a » of « aaa » was typed.
export function difference(before, after, caret = after.length) {
  const most = Math.min(before.length, after.length);
  let end = 0;
  while (end < Math.min(most, after.length - caret) && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  let start = 0;
  while (start < most - end && before[start] === after[start]) start += 1;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  // Never between both halves of a character.
  if (start && isHigh(before, start - 1)) start -= 1;
  if (end && isLow(before, before.length - end)) end -= 1;
  return { start, gone: before.length - end - start, added: after.slice(start, after.length - end) };
}

const isHigh = (text, at) => (text.charCodeAt(at) & 0xfc00) === 0xd800;
const isLow = (text, at) => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

// Where a place of the text is once others changed it.
export function moved(place, delta) {
  let at = 0;
  for (const { retain, insert, delete: gone } of delta) {
    if (at > place) break;
    if (retain) at += retain;
    else if (insert) {
      if (at < place) place += insert.length;
      at += insert.length;
    } else place -= Math.min(gone, Math.max(0, place - at));
  }
  return place;
}

export class Binding {
  constructor(area, text) {
    this.area = area;
    this.text = text;
    this.shown = text.toString();
    this.waiting = []; // what others changed while a character is being composed
    this.undo = new UndoManager(text, { trackedOrigins: new Set([this]) });
    this.composing = false;
    this.listeners = {
      input: () => this.composing || this.read(),
      compositionstart: () => { this.composing = true; },
      compositionend: () => { this.composing = false; this.read(); this.settle(); },
      beforeinput: (event) => {
        if (event.inputType === "historyUndo") this.back(event, "undo");
        if (event.inputType === "historyRedo") this.back(event, "redo");
      },
      keydown: (event) => {
        if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
        const key = event.key.toLowerCase();
        if (key === "z") this.back(event, event.shiftKey ? "redo" : "undo");
        if (key === "y") this.back(event, "redo");
      },
    };
    for (const [name, act] of Object.entries(this.listeners)) area.addEventListener(name, act);
    this.observer = (event, { origin }) => { if (origin !== this) this.hear(event.delta); };
    text.observe(this.observer);
    area.value = this.shown;
  }

  back(event, way) {
    event.preventDefault();
    if (!this.area.readOnly) this.undo[way]();
  }

  // What was typed here.
  read() {
    const after = this.area.value;
    if (this.area.readOnly || after === this.shown) return;
    const { start, gone, added } = difference(this.shown, after, this.area.selectionEnd);
    const from = this.waiting.reduce((place, delta) => moved(place, delta), start);
    const to = this.waiting.reduce((place, delta) => moved(place, delta), start + gone);
    this.shown = after;
    this.text.doc.transact(() => {
      if (to > from) this.text.delete(from, to - from);
      if (added) this.text.insert(from, added);
    }, this);
  }

  // What others typed, or what was undone.
  hear(delta) {
    this.waiting.push(delta);
    if (!this.composing) this.settle();
  }

  settle() {
    if (!this.waiting.length) return;
    const { area } = this;
    const places = [area.selectionStart, area.selectionEnd].map((place) => this.waiting.reduce(moved, place));
    const { scrollTop, selectionDirection } = area;
    this.waiting = [];
    this.shown = this.text.toString();
    area.value = this.shown;
    area.setSelectionRange(...places, selectionDirection);
    area.scrollTop = scrollTop;
  }

  end() {
    for (const [name, act] of Object.entries(this.listeners)) this.area.removeEventListener(name, act);
    this.text.unobserve(this.observer);
    this.undo.destroy();
  }
}
