/** The progress of the half year: a moving bar on a terminal, a line for each tenth in a log or a pipe. */

interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

const width = 30;

/** @returns the progress line of each step: the share that has passed, and the story's date */
export function progressOn(output: Output): (share: number, at: number) => void {
  let tenths = -1;
  return (share, at) => {
    const date = new Date(at).toISOString().slice(0, 10);
    if (output.isTTY) {
      const done = Math.round(share * width);
      output.write(`\r${'█'.repeat(done)}${'░'.repeat(width - done)} ${date} ${share < 1 ? '' : '\n'}`);
      return;
    }
    const passed = Math.floor(share * 10 + 1e-9);
    if (passed <= tenths) return;
    tenths = passed;
    output.write(`${String(passed * 10).padStart(3)}% ${date}\n`);
  };
}
