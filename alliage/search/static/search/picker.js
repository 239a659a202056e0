// <thing-picker>: a text field that proposes what the search finds, to link it. It is a <territory-picker> that asks elsewhere:
// the page loads territories/picker.js too. Attributes: data-kinds (slugs, separated by commas), data-label, data-url.

customElements.whenDefined("territory-picker").then(() => {
  class ThingPicker extends customElements.get("territory-picker") {
    address(text) {
      return `${this.dataset.url || "/recherche/choisir.json"}?${new URLSearchParams({ q: text, sorte: this.dataset.kinds || "" })}`;
    }

    row(result) {
      return { value: result.value, label: result.label, url: result.url, aside: [result.kind_label, ...result.facts].join(", ") };
    }
  }
  customElements.define("thing-picker", ThingPicker);
});
