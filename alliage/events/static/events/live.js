// Before a sequence: the door says when it opens, and that it opened; the line is tried, in words.

const gettext = globalThis.gettext ?? ((text) => text);
class LiveDoor extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.look(), 5000);
    this.look();
  }

  disconnectedCallback() { clearInterval(this.timer); }

  look() {
    if (Date.now() / 1000 < Number(this.dataset.at)) return;
    clearInterval(this.timer);
    // Read again, once the server too says that it is time; spread, so that hundreds do not ask at once.
    setTimeout(() => location.reload(), 1000 + Math.random() * 4000);
  }
}

const SAID = {
  stream: gettext("La liaison en direct passe : ce qui se dit dans la salle arrivera aussitôt."),
  poll: gettext("La liaison en direct est retenue en chemin (un filtre de votre réseau, sans doute). La salle demandera les nouvelles à intervalles : tout y fonctionne, avec une seconde ou deux de retard."),
  none: gettext("La liaison n’a pas répondu. Vérifiez votre connexion ; dans la salle, le bouton « Actualiser » suffit pour suivre."),
  trying: gettext("Essai de la liaison…"),
};

class LineCheck extends HTMLElement {
  connectedCallback() {
    this.said = this.querySelector("[data-said]");
    this.said.textContent = SAID.trying;
    const source = new EventSource(this.dataset.stream);
    const end = (word) => { clearTimeout(this.deaf); source.close(); this.dataset.line = word; this.said.textContent = SAID[word]; };
    source.addEventListener("bonjour", () => end("stream"));
    const poll = async () => {
      source.close();
      try {
        const answer = await fetch(`${this.dataset.stream}?attendre=1`);
        end(answer.ok ? "poll" : "none");
      } catch { end("none"); }
    };
    this.deaf = setTimeout(poll, 4000);
    source.onerror = () => { clearTimeout(this.deaf); poll(); };
  }
}

customElements.define("live-door", LiveDoor);
customElements.define("line-check", LineCheck);
