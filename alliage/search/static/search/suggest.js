// <site-search>: the search box of the header, which proposes places and things. It is a <territory-picker> that asks elsewhere;
// Enter without a choice sends the form, as without script. js/alliage.js brings both scripts when the box is entered.

customElements.whenDefined("territory-picker").then(() => {
  class SiteSearch extends customElements.get("territory-picker") {
    connectedCallback() {
      super.connectedCallback();
      if (document.activeElement === this.input && this.input.value) this.ask();  // typed while the scripts were coming
    }

    row({ label, url, aside }) {
      return { value: url, label, url, aside };
    }
  }
  customElements.define("site-search", SiteSearch);
});
