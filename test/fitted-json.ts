import { filled } from './filled.ts';

/** JSON that reads well in a diff: as many values on a line as fit, and a line for each document of a list. */
export function fittedJson(value: unknown, indent = ''): string {
  const whole = JSON.stringify(value) ?? 'null';
  const fits = indent.length + whole.length <= widest;
  if (fits || typeof value !== 'object' || value === null || isListOfWords(value)) return whole;
  const inner = `${indent} `;
  const isList = Array.isArray(value);
  const parts = Object.entries(value)
    .filter(([, each]) => isList || each !== undefined)
    .map(([name, each]) => (isList ? JSON.stringify(each) : `${JSON.stringify(name)}: ${fittedJson(each, inner)}`));
  const lines = filled(parts, ', ', widest, (part, line) => isList || part.includes('\n') || line.includes('\n'));
  const [open, close] = isList ? '[]' : '{}';
  return `${open}\n${lines.map((line) => inner + line).join(',\n')}\n${indent}${close}`;
}

/** In characters. */
const widest = 320;

const isListOfWords = (value: object): boolean =>
  Array.isArray(value) && value.every((each) => typeof each !== 'object');
