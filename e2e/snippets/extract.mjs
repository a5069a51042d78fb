// Finds the examples of a page: fenced blocks after a comment `<!-- test: NAME -->`.
//
// `<!-- test: NAME COMMAND -->` runs COMMAND with {file} for the block; `<!-- expect: TEXT -->`
// after the
// block names what its output must hold.

const FENCE = new RegExp(
  [
    /^(?:<!-- test: (\S+)( [^>]+)? -->\s*\n)?/,
    /```(\w+)\n([\s\S]*?)^```$/,
    /(?:\n\s*<!-- expect: (.+?) -->)?/,
  ]
    .map((part) => part.source)
    .join(""),
  "gm",
);

/** The languages whose blocks may not stand on a page untested. */
const PROGRAMS = ["python", "js"];

/** The marked blocks, and a complaint for every program that is not marked. */
export function extract(page) {
  const snippets = [];
  const complaints = [];
  for (const [, name, command, language, text, expected] of page.matchAll(FENCE)) {
    if (name) snippets.push({ name, command: command?.trim(), language, text, expected });
    else if (PROGRAMS.includes(language))
      complaints.push(`a ${language} block is not tested: ${text.split("\n")[0]}`);
  }
  const names = snippets.map(({ name }) => name);
  const twice = names.filter((name, place) => names.indexOf(name) !== place);
  return {
    snippets,
    complaints: [...complaints, ...twice.map((name) => `two examples are called ${name}`)],
  };
}
