// Users of their own for tests that change how a user signs in.

import { spawnSync } from "node:child_process";
import { recordSecrets } from "../secrets.mjs";

const PASSWORD = "velvet otter under seven bridges";

/** Adds a user to the tenant. Returns the name and the password. */
export function addUser(username, tenant) {
  recordSecrets(PASSWORD);
  const command = ["user", "add", username, "--tenant", tenant, "--data", process.env.ADMIT_DATA];
  const { status, stderr } = spawnSync(process.env.ADMIT_BINARY, command, {
    input: `${PASSWORD}\n`,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return { username, password: PASSWORD };
}
