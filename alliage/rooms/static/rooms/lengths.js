// How long the phases last together, and when it ends, while their lengths are being typed: <b data-lengths="form id">,
// and <b data-lengths-end="form id" data-from="seconds">. Without this file the figures are those of the last save.

const words = (minutes) => {
  if (minutes < 60) return `${minutes} minute${minutes > 1 ? "s" : ""}`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest ? ` ${String(rest).padStart(2, "0")}` : ""}`;
};

function total(id) {
  const fields = document.getElementById(id)?.querySelectorAll("input[name^=length_]") ?? [];
  return [...fields].reduce((sum, field) => sum + (Number.parseInt(field.value, 10) || 0), 0);
}

document.addEventListener("input", (event) => {
  if (!event.target.name?.startsWith("length_")) return;
  for (const place of document.querySelectorAll("[data-lengths]")) place.textContent = words(total(place.dataset.lengths));
  for (const place of document.querySelectorAll("[data-lengths-end]")) {
    const ends = new Date((Number(place.dataset.from) + total(place.dataset.lengthsEnd) * 60) * 1000);
    place.textContent = `${ends.getHours()} h ${String(ends.getMinutes()).padStart(2, "0")}`;
  }
});
