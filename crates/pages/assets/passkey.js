"use strict";
// Asks the browser for a passkey and submits its response with the form of the page (WebAuthn Level 3
// §5.1). Without this script, or without passkeys in the browser, the page works as before.
(() => {
  const form = document.getElementById("passkey-form");
  const supported = window.PublicKeyCredential;
  if (!form || !supported || !supported.parseRequestOptionsFromJSON) return;
  const creates = form.dataset.kind === "create";
  const publicKey = creates
    ? supported.parseCreationOptionsFromJSON(JSON.parse(form.dataset.options))
    : supported.parseRequestOptionsFromJSON(JSON.parse(form.dataset.options));
  const failed = document.getElementById("passkey-failed");
  let offered;

  const submit = (credential) => {
    document.getElementById("passkey-response").value = JSON.stringify(credential);
    form.submit();
  };
  const ask = async () => {
    failed.hidden = true;
    // A browser runs one request at a time.
    if (offered) offered.abort();
    try {
      const credentials = navigator.credentials;
      submit(await (creates ? credentials.create({ publicKey }) : credentials.get({ publicKey })));
    } catch (error) {
      // Cancelled, timed out, or no passkey: the browser does not tell which.
      failed.hidden = false;
    }
  };
  // The browser offers passkeys in the field of the user name, without a button.
  const offer = async () => {
    const available = supported.isConditionalMediationAvailable;
    if (form.dataset.kind !== "offer" || !available || !(await available.call(supported))) return;
    offered = new AbortController();
    try {
      const { signal } = offered;
      submit(await navigator.credentials.get({ publicKey, mediation: "conditional", signal }));
    } catch (error) {
      // Aborted by the button, or not allowed here.
    }
  };

  form.hidden = false;
  const unsupported = document.getElementById("passkey-unsupported");
  if (unsupported) unsupported.hidden = true;
  // Also for Enter in the field of the name.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  offer();
})();
