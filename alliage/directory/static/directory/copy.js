// <copy-text>: a button that copies the text area beside it; without script, or where copying is refused, it selects.
class CopyText extends HTMLElement {
  connectedCallback() {
    const [button, area, status] = ["button", "textarea", "[role=status]"].map((each) => this.querySelector(each));
    button.hidden = false;
    button.addEventListener("click", async () => {
      area.select();
      try {
        await navigator.clipboard.writeText(area.value);
        status.textContent = status.dataset.done;
      } catch {
        status.textContent = status.dataset.selected;
      }
    });
  }
}

customElements.define("copy-text", CopyText);
