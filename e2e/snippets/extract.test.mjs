// The finder of examples, on a page of its own.

import assert from "node:assert/strict";
import { test } from "node:test";
import { extract } from "./extract.mjs";

const fence = "```";

test("a marked block is found with its name, command and expectation", () => {
  // Two blocks on one page, one with everything and one with nothing but its name.
  const page = `text
<!-- test: first -->
${fence}python
print(1)
${fence}
<!-- expect: 1 -->

<!-- test: second admit check --config {file} -->
${fence}toml
a = 1
${fence}
`;
  const { snippets, complaints } = extract(page);
  assert.deepEqual(complaints, []);
  assert.deepEqual(snippets, [
    { name: "first", command: undefined, language: "python", text: "print(1)\n", expected: "1" },
    {
      name: "second",
      command: "admit check --config {file}",
      language: "toml",
      text: "a = 1\n",
      expected: undefined,
    },
  ]);
});

test("a program without a mark and a name used twice are complained about", () => {
  // An unmarked python block and two blocks of one name; an unmarked shell block is let be.
  const block = (mark, language) => `${mark}${fence}${language}\nx\n${fence}\n`;
  const mark = "<!-- test: same -->\n";
  const { complaints } = extract(
    block("", "python") + block("", "sh") + block(mark, "js") + block(mark, "js"),
  );
  assert.equal(complaints.length, 2);
});
