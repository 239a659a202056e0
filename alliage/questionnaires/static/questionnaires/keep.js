// Questions page by page (form[data-keep]): what is answered is kept at once, so that one may stop and resume. Without this
// script each button keeps its page.
const WAIT = 1200;

for (const form of document.querySelectorAll("form[data-keep]")) {
  const said = form.querySelector("[data-kept]");
  let timer, sent = false;

  async function keep() {
    if (sent) return;
    const data = new FormData(form);
    data.set("go", "keep");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data });
      said.textContent = answer.status === 204 ? said.dataset.done : "";
    } catch {
      said.textContent = said.dataset.lost;
    }
  }
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT);
  });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
  });
}
