/* Passkeys: asks the portal for a challenge, the device for its answer, and sends the form as it is, with that answer.
   Without WebAuthn, or under another name than the one keys are bound to, the buttons stay hidden. */
(() => {
  "use strict";
  const ENOUGH = window.PublicKeyCredential && navigator.credentials;
  const MESSAGES = {
    NotAllowedError: "Vérification abandonnée. Réessayez, ou utilisez l’autre façon proposée.",
    InvalidStateError: "Cet appareil a déjà une clé pour ce compte.",
    429: "Trop d’essais d’affilée. Patientez une minute.",
  };
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

  const options = (asked) => ({
    ...asked,
    challenge: bytes(asked.challenge),
    ...(asked.user && { user: { ...asked.user, id: bytes(asked.user.id) } }),
    ...(asked.allowCredentials && { allowCredentials: listed(asked.allowCredentials) }),
    ...(asked.excludeCredentials && { excludeCredentials: listed(asked.excludeCredentials) }),
  });

  const answer = (credential) => {
    const said = credential.response, written = { clientDataJSON: text(said.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (said[part]) written[part] = text(said[part]);
    }
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response: written,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  const challenge = async (button, form) => {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    for (const act of JSON.parse(button.dataset.actes || "[]")) body.append("acte", act);
    const response = await fetch(button.dataset.defi, { method: "POST", body });
    if (!response.ok) throw Object.assign(new Error(), { name: String(response.status) });
    return { publicKey: options(await response.json()) };
  };

  const use = async (button) => {
    const form = button.form, message = button.closest("[data-cle-zone]").querySelector("[data-cle-message]");
    button.disabled = true;
    message.textContent = "";
    try {
      const asked = await challenge(button, form);
      const made = button.dataset.cle === "ajouter"
        ? await navigator.credentials.create(asked) : await navigator.credentials.get(asked);
      form.elements.appareil.value = answer(made);
      if (button.dataset.envoi) form.action = button.dataset.envoi;
      form.requestSubmit();
    } catch (error) {
      message.textContent = MESSAGES[error.name] || "La clé d’accès n’a pas pu être lue. Réessayez.";
    } finally {
      button.disabled = false;
    }
  };

  const show = (root) => {
    for (const button of root.querySelectorAll("[data-cle]")) {
      const host = button.dataset.hote, here = location.hostname;
      const zone = button.closest("[data-cle-zone]"), usable = ENOUGH && (here === host || here.endsWith(`.${host}`));
      zone.hidden = !usable;
      const absent = button.form && button.form.querySelector("[data-cle-absente]");
      if (absent) absent.hidden = usable;
    }
  };

  addEventListener("click", (e) => {
    const button = e.target.closest("[data-cle]");
    if (button) use(button);
  });
  addEventListener("htmx:load", (e) => show(e.detail.elt));
  show(document);
})();
