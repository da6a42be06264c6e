/** Command-line tools that are not the real ones, first on the path of this process until they are taken off it again. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ToolsOnThePath {
  directory: string;
  /** The words that they were called with, a call a line. */
  told(): string[];
  forget(): void;
  takeOff(): void;
}

/** @param tools by their names, the shell that each runs once it has noted its words; an empty one says nothing */
export function putOnThePath(tools: Record<string, string>, isAlone = false): ToolsOnThePath {
  const directory = mkdtempSync(join(tmpdir(), 'metronome-tools-'));
  const told = join(directory, 'told');
  const forget = () => writeFileSync(told, '');
  forget();
  for (const [name, script] of Object.entries(tools)) {
    writeFileSync(join(directory, name), `#!/bin/sh\necho "${name} $*" >> ${told}\n${script}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  const before = process.env.PATH;
  process.env.PATH = isAlone ? directory : `${directory}:${before}`;
  return {
    directory,
    told: () => readFileSync(told, 'utf8').split('\n').slice(0, -1),
    forget,
    takeOff() {
      process.env.PATH = before;
      rmSync(directory, { recursive: true });
    },
  };
}
