// Passkeys are made and read by the browser alone: hand it the options, send back what it answers.
// https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const trouble = form.querySelector("[data-passkey-trouble]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    try {
      const options = JSON.parse(form.dataset.options);
      const found = form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      const answer = found.toJSON();
      answer.extensions = JSON.stringify(found.getClientExtensionResults());
      answer.transports = found.response.getTransports ? found.response.getTransports() : [];
      form.querySelector("[name=credential]").value = JSON.stringify(answer);
      form.submit();
    } catch {
      trouble.hidden = false;
    }
  });
});
