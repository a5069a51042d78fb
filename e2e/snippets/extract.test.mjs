// Tests of the search for examples.

import assert from "node:assert/strict";
import { test } from "node:test";
import { extract } from "./extract.mjs";

const fence = "```";

test("a marked block is found with its name, command and expected output", () => {
  // Extracts two blocks: one with an expected output, and one with a command.
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
  const { snippets, errors } = extract(page);
  assert.deepEqual(errors, []);
  assert.deepEqual(snippets, [
    {
      name: "first",
      server: false,
      command: undefined,
      language: "python",
      text: "print(1)\n",
      expected: "1",
      files: [],
    },
    {
      name: "second",
      server: false,
      command: "admit check --config {file}",
      language: "toml",
      text: "a = 1\n",
      expected: undefined,
      files: [],
    },
  ]);
});

test("an unmarked program and a repeated name are errors", () => {
  // Extracts an unmarked python block, an unmarked shell block, and two blocks with one name.
  const block = (mark, language) => `${mark}${fence}${language}\nx\n${fence}\n`;
  const mark = "<!-- test: same -->\n";
  const { errors } = extract(
    block("", "python") + block("", "sh") + block(mark, "js") + block(mark, "js"),
  );
  assert.equal(errors.length, 2);
});

test("a server without an expected output is an error", () => {
  // Extracts two servers: only the output tells when the one that listens has done its work.
  const block = `${fence}js\nx\n${fence}\n`;
  const page = `<!-- server: one -->\n${block}<!-- expect: y -->\n<!-- server: two -->\n${block}`;
  const { snippets, errors } = extract(page);
  assert.deepEqual(
    snippets.map(({ server }) => server),
    [true, true],
  );
  assert.deepEqual(errors, ["the server two has no expected output"]);
});

test("a file belongs to the example of its name", () => {
  // Extracts a file and the example that needs it.
  const page = `<!-- file: one a/b.txt -->
${fence}xml
<a/>
${fence}
<!-- test: one -->
${fence}sh
cat a/b.txt
${fence}
`;
  const { snippets, errors } = extract(page);
  assert.deepEqual(errors, []);
  assert.deepEqual(snippets[0].files, [{ name: "one", path: "a/b.txt", text: "<a/>\n" }]);
});

test("a block with several names belongs to each example", () => {
  // Extracts a command of two examples that share one file and have another of their own.
  const block = (mark, text) => `<!-- ${mark} -->\n${fence}sh\n${text}\n${fence}\n\n`;
  const { snippets, errors } = extract(
    block("file: one a", "1") +
      block("file: two a", "2") +
      block("file: one,two b", "3") +
      block("test: one,two", "run"),
  );
  assert.deepEqual(errors, []);
  assert.deepEqual(
    snippets.map(({ name, text, files }) => [name, text, files.map(({ path, text }) => path + text)]),
    [
      ["one", "run\n", ["a1\n", "b3\n"]],
      ["two", "run\n", ["a2\n", "b3\n"]],
    ],
  );
});
