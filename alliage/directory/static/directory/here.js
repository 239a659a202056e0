// The form of an entry: a button writes the coordinates of this device, where it knows them. They can be corrected, and
// nothing is sent before the form is.

const part = document.querySelector("[data-locate]");
const form = part?.closest("form");

function locate(said) {
  said.textContent = said.dataset.asking;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const typed = form.querySelector('[name="position"][value="typed"]');
      typed.checked = true;
      for (const name of ["latitude", "longitude"]) {
        const field = form.elements[name];
        field.value = coords[name].toFixed(5).replace(".", ",");
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      typed.dispatchEvent(new Event("change", { bubbles: true }));
      const { blur } = form.elements; // the device says where she is to the metre: she alone shows it so
      if (blur?.value === "0") {
        blur.value = "1000";
        blur.dispatchEvent(new Event("change", { bubbles: true }));
      }
      said.textContent = said.dataset.done;
    },
    () => { said.textContent = said.dataset.refused; },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
}

if (form && "geolocation" in navigator) {
  part.hidden = false;
  part.querySelector("button").addEventListener("click", () => locate(part.querySelector("[role=status]")));
}
