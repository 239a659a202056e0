// The choice of a clock: a page opened at no clock in particular opens again at the one of this device, when it is proposed.

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const address = new URL(location.href);
for (const select of document.querySelectorAll("select[data-clock]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
  const known = [...select.options].some((each) => each.value === here);
  if (known && select.value !== here && !address.searchParams.has("heure") && !document.querySelector("[data-errors]")) {
    address.searchParams.set("heure", here);
    location.replace(address);
  }
}
