// An authenticator app (TOTP, RFC 6238), as users have it on their phone.

import { createHmac } from "node:crypto";
import { recordSecrets } from "../secrets.mjs";

const STEP_MS = 30_000;

/** Returns the secret that a key in Base32 (RFC 4648 §6) stands for. */
function decode(key) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key.replaceAll(" ", "")]
    .map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** Returns the code of a step (RFC 6238). */
function codeOf(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const tag = createHmac("sha1", secret).update(counter).digest();
  const word = tag.readUInt32BE(tag[19] & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, "0");
}

/** An authenticator app. Each code is used once, so it goes to the next step if it has to. */
export class App {
  constructor(key) {
    if (key) this.learn(key);
  }

  /** Stores the key that a page shows. */
  learn(key) {
    this.secret = decode(key);
    this.used = 0;
    recordSecrets(key.replaceAll(" ", ""));
  }

  code() {
    this.used = Math.max(this.used + 1, Math.floor(Date.now() / STEP_MS) - 1);
    return codeOf(this.secret, this.used);
  }
}
