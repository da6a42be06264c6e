import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is typed, each with the part of the last command's answer that the page shows. */
export function steps(path: string): { typed: string; shown: object }[] {
  const text = readFileSync(join(import.meta.dirname, '../../docs', path), 'utf8');
  return [...text.matchAll(/```sh\n([^`]*)```\n\n```json\n([^`]*)```/g)].map(([, typed = '', shown = '']) => ({
    typed,
    shown: JSON.parse(shown),
  }));
}
