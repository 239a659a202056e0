// Numbers and pieces as lib0 writes them; the same messages as wire.py.

export const SYNC = 0, OURS = 100;
export const VECTOR = 0, LACKING = 1, CHANGE = 2;

export class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.place = 0;
  }

  number() {
    let found = 0, factor = 1;
    for (;;) {
      const byte = this.bytes[this.place++];
      if (byte === undefined) throw new Error("cut");
      found += (byte & 127) * factor;
      if (byte < 128) return found;
      factor *= 128;
    }
  }

  piece() {
    const length = this.number();
    this.place += length;
    return this.bytes.subarray(this.place - length, this.place);
  }

  json() {
    return JSON.parse(new TextDecoder().decode(this.piece()));
  }
}

function number(value) {
  const found = [];
  while (value > 127) {
    found.push(128 | value % 128);
    value = Math.floor(value / 128);
  }
  return [...found, value];
}

function joined(parts) {
  const found = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    found.set(part, at);
    at += part.length;
  }
  return found;
}

export const sync = (step, content) => joined([[SYNC, step], number(content.length), content]);
export const pieces = (contents) => joined([number(contents.length), ...contents.flatMap((one) => [number(one.length), one])]);
