// What was typed and is not kept by the server yet, in this browser, until it is: nothing stays once everything is sent. What
// is confidential stays in its tab, and goes with it: whoever opens the browser next finds nothing.

export class Kept {
  constructor(key, isConfidential) {
    this.name = `alliage.ecrit.${key}`;
    this.isConfidential = isConfidential;
  }

  // Asked for each time: a private window may refuse it.
  get store() {
    return this.isConfidential ? sessionStorage : localStorage;
  }

  read() {
    try {
      const found = this.store.getItem(this.name);
      return found && Uint8Array.from(atob(found), (each) => each.charCodeAt(0));
    } catch {
      return null;
    }
  }

  write(bytes) {
    try {
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      this.store.setItem(this.name, btoa(text));
    } catch { /* private window, or full */ }
  }

  forget() {
    try { this.store.removeItem(this.name); } catch { /* private window */ }
  }
}
