// Finds the examples of a page: fenced blocks after a comment `<!-- test: NAME -->`.
//
// `<!-- test: NAME COMMAND -->` runs COMMAND with {file} as the path of the block.
// `<!-- server: NAME COMMAND -->` is an example that listens until it is stopped.
// `<!-- file: NAME PATH -->` is a file of the example of that name, which runs in their folder.
// A block of several examples has their names with commas between: `<!-- file: ONE,TWO PATH -->`.
// `<!-- expect: TEXT -->` after the block has a text that the output must contain.

const FENCE = new RegExp(
  [
    /^(?:<!-- (test|server|file): (\S+)( [^>]+)? -->\s*\n)?/,
    /```(\w+)\n([\s\S]*?)^```$/,
    /(?:\n\s*<!-- expect: (.+?) -->)?/,
  ]
    .map((part) => part.source)
    .join(""),
  "gm",
);

/** The languages whose blocks must be tested. */
const PROGRAMS = ["python", "js", "go"];

/** Returns the marked blocks, and an error for every program without a mark. */
export function extract(page) {
  const snippets = [];
  const files = [];
  const errors = [];
  for (const [, kind, names, command, language, text, expected] of page.matchAll(FENCE)) {
    const server = kind === "server";
    for (const name of names?.split(",") ?? []) {
      if (kind === "file") files.push({ name, path: command?.trim(), text });
      else snippets.push({ name, server, command: command?.trim(), language, text, expected });
    }
    if (!names && PROGRAMS.includes(language))
      errors.push(`a ${language} block is not tested: ${text.split("\n")[0]}`);
    if (server && !expected) errors.push(`the server ${names} has no expected output`);
  }
  const names = snippets.map(({ name }) => name);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return {
    snippets: snippets.map((snippet) => ({
      ...snippet,
      files: files.filter(({ name }) => name === snippet.name),
    })),
    errors: [...errors, ...repeated.map((name) => `two examples have the name ${name}`)],
  };
}
