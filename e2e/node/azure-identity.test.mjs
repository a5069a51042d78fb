// @azure/identity for Node, unmodified: secret and certificate.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ClientCertificateCredential, ClientSecretCredential } from "@azure/identity";
import { accessToken, dev } from "./dev.mjs";

// The options that a self-hosted authority needs, and no others.
const selfHosted = { authorityHost: dev.origin, disableInstanceDiscovery: true };

const bySecret = (secret) =>
  new ClientSecretCredential(dev.tenantId, dev.client("daemon").client_id, secret, selfHosted);

test("a client gets a token for its secret", async () => {
  // Validates the token, and compares its expiry with that of the library.
  const token = await bySecret(dev.client("daemon").client_secret).getToken(dev.defaultScope);
  const claims = await accessToken(token.token, { azpacr: "1" });
  assert.ok(Math.abs(claims.exp * 1000 - token.expiresOnTimestamp) <= 2000);
});

test("a client gets a token for its certificate, by thumbprint and by x5c", async () => {
  // Both forms of the assertion are accepted for the registered certificate.
  const key = dev.client("web-certificate").private_key_file;
  const home = mkdtempSync(join(tmpdir(), "admit-certificate-"));
  const certificatePath = join(home, "both.pem");
  writeFileSync(
    certificatePath,
    readFileSync(key) + readFileSync(key.replace(/\.[^.]+$/, ".crt")),
    { mode: 0o600 },
  );
  try {
    for (const sendCertificateChain of [false, true]) {
      const credential = new ClientCertificateCredential(
        dev.tenantId,
        dev.client("web-certificate").client_id,
        { certificatePath },
        { ...selfHosted, sendCertificateChain },
      );
      await accessToken((await credential.getToken(dev.defaultScope)).token, { azpacr: "2" });
    }
  } finally {
    rmSync(home, { recursive: true });
  }
});

test("errors of the library contain the error number", async () => {
  // Uses a wrong secret and an unknown resource, and reads the messages.
  await assert.rejects(bySecret("not-the-secret").getToken(dev.defaultScope), /AADSTS7000215: /);
  const daemon = bySecret(dev.client("daemon").client_secret);
  await assert.rejects(daemon.getToken("api://nobody/.default"), /AADSTS500011: /);
});
