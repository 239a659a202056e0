// What was typed and is not kept by the server yet, in this browser, until it is: nothing stays once everything is sent.

const name = (key) => `alliage.ecrit.${key}`;

export const kept = {
  read(key) {
    try {
      const found = localStorage.getItem(name(key));
      return found && Uint8Array.from(atob(found), (each) => each.charCodeAt(0));
    } catch {
      return null;
    }
  },
  write(key, bytes) {
    try {
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      localStorage.setItem(name(key), btoa(text));
    } catch { /* private window, or full */ }
  },
  forget(key) {
    try { localStorage.removeItem(name(key)); } catch { /* private window */ }
  },
};
