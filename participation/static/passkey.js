// Asks the device for a passkey and sends its answer with the form. Without scripts or passkeys the button stays
// hidden, and a sentence says what works everywhere.
"use strict";

const bytes = (text) => {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (character) => character.charCodeAt(0));
};

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const descriptors = (listed) => (listed || []).map((one) => ({ ...one, id: bytes(one.id) }));

const ceremonies = {
  add: (options) =>
    navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: descriptors(options.excludeCredentials),
      },
    }),
  show: (options) =>
    navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: descriptors(options.allowCredentials),
      },
    }),
};

const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature"];

const written = (credential) =>
  JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(
      parts.filter((part) => credential.response[part]).map((part) => [part, text(credential.response[part])]),
    ),
  });

const begin = async (address, token) => {
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok) {
    throw new Error(`The ceremony was refused: ${answer.status}`);
  }
  return (await answer.json()).public_key;
};

if (window.PublicKeyCredential && navigator.credentials) {
  for (const box of document.querySelectorAll("[data-passkey]")) {
    const form = box.closest("form");
    const failed = box.querySelector(".passkey__failed");
    const answer = form.querySelector('[name="passkey"], [name="second_factor_passkey"]');
    form.querySelector(".passkey__missing").hidden = true;
    box.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (answer.value) {
        return;
      }
      event.preventDefault();
      failed.hidden = true;
      try {
        const options = await begin(box.dataset.options, form.querySelector('[name="csrf_token"]').value);
        answer.value = written(await ceremonies[box.dataset.passkey](options));
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  }
}
