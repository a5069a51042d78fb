// Tests of the search for steps.

import assert from "node:assert/strict";
import { test } from "node:test";
import { steps } from "./steps.mjs";

const block = (lines) => `text\n<!-- step -->\n\`\`\`sh\n${lines}\n\`\`\`\n`;

test("every line of a marked block is one command", () => {
  // Reads two marked blocks, and one without a mark.
  const page = `${block("first --a\n# a comment")}\n\`\`\`sh\nother\n\`\`\`\n${block("second\nthird")}`;
  assert.deepEqual(steps(page), ["first --a", "second", "third"]);
});

test("a line with several commands is refused", () => {
  // Joins commands in each way that would hide one from the count.
  for (const line of ["a && b", "a; b", "a | b", "a & b", "a \\\nb", "a || b"]) {
    assert.throws(() => steps(block(line)), /several commands in one line/);
  }
});
