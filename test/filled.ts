/**
 * Lines of a text that is kept beside a test: as many parts on each as its width takes, so that a part that changes
 * changes the lines of its own block alone.
 * @param widest in characters; a part that is wider is a line of its own
 * @param begins a block: such a part is at the start of a line
 */
export function filled(
  parts: readonly string[],
  by: string,
  widest: number,
  begins: (part: string, line: string) => boolean = () => false,
): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line === undefined || begins(part, line) || line.length + by.length + part.length > widest) lines.push(part);
    else lines[lines.length - 1] = line + by + part;
  }
  return lines;
}
