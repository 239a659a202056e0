// Follows a job as it happens, and shows the page again when it ends. Without it, the page refreshes by itself.

const PATIENCE = 5000;
const number = new Intl.NumberFormat("fr-FR");

class JobProgress extends HTMLElement {
  connectedCallback() {
    this.seen = Number(this.dataset.number) || 0;
    this.bar = this.querySelector("progress");
    this.label = this.querySelector(".progress__label > :first-child");
    this.count = this.querySelector(".progress__count");
    this.status = this.querySelector("[role=status]");
    this.listen();
  }

  disconnectedCallback() {
    this.stop();
  }

  stop() {
    clearTimeout(this.timer);
    this.source?.close();
  }

  listen() {
    this.source = new EventSource(this.dataset.url);
    this.source.addEventListener("avancement", (event) => this.show(JSON.parse(event.data)));
    this.source.addEventListener("error", () => {
      // The browser comes back by itself after a cut; not after a refusal.
      if (this.source.readyState === EventSource.CLOSED) this.later(() => location.reload());
    });
    // A proxy that holds events back lets whole answers through.
    this.timer = setTimeout(() => {
      this.source.close();
      this.poll();
    }, PATIENCE);
  }

  async poll() {
    try {
      const answer = await fetch(`${this.dataset.url}?depuis=${this.seen}`);
      if (answer.status === 200) this.show(await answer.json());
      else if (answer.status !== 204) throw new Error(answer.status);
      if (this.isConnected && !this.over) this.poll();
    } catch {
      this.later(() => location.reload());
    }
  }

  later(act) {
    this.stop();
    this.timer = setTimeout(act, PATIENCE);
  }

  show(now) {
    clearTimeout(this.timer);
    this.seen = now.number;
    if (now.finished) {
      this.over = true;
      this.stop();
      location.reload();
      return;
    }
    this.label.textContent = now.state_label.charAt(0).toUpperCase() + now.state_label.slice(1);
    if (now.total) {
      this.bar.max = now.total;
      this.bar.value = now.done;
      this.count.textContent = `${number.format(now.done)} sur ${number.format(now.total)}`;
    }
    if (now.message) this.status.textContent = now.message;
  }
}

customElements.define("job-progress", JobProgress);
