// The commands that a page tells a person to type: the lines of its shell blocks after a comment
// `<!-- step -->`.

const STEP = /^<!-- step -->\n```sh\n([\s\S]*?)^```$/gm;
/** Marks of a shell that put several commands into one line. */
const SEVERAL = /&&|\|\||[;|&]|\\$/;

/** Returns the command lines of a page. Refuses a line that has several commands. */
export function steps(page) {
  const lines = [...page.matchAll(STEP)].flatMap(([, block]) => block.trimEnd().split("\n"));
  for (const line of lines) {
    if (SEVERAL.test(line)) throw new Error(`several commands in one line: ${line}`);
  }
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}
