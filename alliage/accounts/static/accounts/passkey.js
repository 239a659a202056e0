// Passkeys: the device recognises its owner, the page only carries the answer in a hidden field.
// A form says what it does: data-passkey="enter" | "register" | "confirm"; data-options holds what the server asks.

const gettext = globalThis.gettext ?? ((text) => text);
const MESSAGES = {
  NotAllowedError: gettext("Votre appareil n’a pas confirmé. Recommencez quand vous voulez, ou choisissez une autre façon."),
  InvalidStateError: gettext("Cette clé d’accès est déjà ajoutée à votre compte."),
  NotSupportedError: gettext("Cet appareil ne sait pas utiliser de clé d’accès. Choisissez une autre façon."),
  SecurityError: gettext("Les clés d’accès ne marchent pas à cette adresse du site. Choisissez une autre façon."),
};
const OTHER = gettext("La clé d’accès n’a pas pu servir. Recommencez, ou choisissez une autre façon.");

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withBytes = (list) => (list || []).map((item) => ({ ...item, id: toBytes(item.id) }));

function creation(options) {
  const wanted = options.publicKey;
  return {
    publicKey: {
      ...wanted,
      challenge: toBytes(wanted.challenge),
      user: { ...wanted.user, id: toBytes(wanted.user.id) },
      excludeCredentials: withBytes(wanted.excludeCredentials),
      // A passkey enters by itself: kept by the device, and opened by its owner.
      authenticatorSelection: {
        ...wanted.authenticatorSelection,
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "required",
      },
      extensions: { credProps: true },
    },
  };
}

function request(options) {
  const wanted = options.publicKey;
  return {
    publicKey: {
      ...wanted,
      challenge: toBytes(wanted.challenge),
      allowCredentials: withBytes(wanted.allowCredentials),
    },
  };
}

function answer(credential) {
  const { response } = credential;
  const written = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) written[name] = toText(response[name]);
  }
  if (response.getTransports) written.transports = response.getTransports();
  return JSON.stringify({
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: written,
  });
}

async function ceremony(form) {
  const kind = form.dataset.passkey;
  if (kind === "register") return navigator.credentials.create(creation(JSON.parse(form.dataset.options)));
  if (kind === "confirm") return navigator.credentials.get(request(JSON.parse(form.dataset.options)));
  const asked = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!asked.ok) throw new Error(`${asked.status}`);
  return navigator.credentials.get(request((await asked.json()).request_options));
}

async function use(form) {
  const message = form.querySelector("[data-passkey-message]");
  message.hidden = true;
  try {
    if (!navigator.credentials) throw new DOMException("", "NotSupportedError");
    form.elements.credential.value = answer(await ceremony(form));
    form.submit();
  } catch (error) {
    message.textContent = MESSAGES[error.name] || OTHER;
    message.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    use(form);
  });
}
