// The wall reads itself again while it is looked at, and says so once when it changed. Without it a link reads it again.
class LiveWall extends HTMLElement {
  connectedCallback() {
    const seconds = Number(this.dataset.seconds) || 15;
    this.timer = setInterval(() => { if (!document.hidden) this.read(); }, seconds * 1000);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.read(); });
  }

  disconnectedCallback() { clearInterval(this.timer); }

  async read() {
    if (this.reading) return;
    this.reading = true;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-wall]");
      const shown = this.querySelector("[data-wall]");
      if (!fresh || fresh.innerHTML === shown.innerHTML) return;
      shown.replaceChildren(...fresh.childNodes);
      const foot = page.querySelector(".wall__foot p");
      if (foot) document.querySelector(".wall__foot p").textContent = foot.textContent;
      const say = this.querySelector("[data-say]");
      say.textContent = say.dataset.changed;
    } catch { /* cut: it tries again */ } finally { this.reading = false; }
  }
}
customElements.define("live-wall", LiveWall);
