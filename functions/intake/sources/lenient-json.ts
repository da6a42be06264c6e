/**
 * JSON as templates make it. An admin's template puts a ticket's own text between quotes, so real bodies hold line breaks
 * within strings, quotes that nobody escaped, and trailing commas (a tool's own published template ends in one). They are
 * authentic and say what they mean, so they are read.
 */
import { jsonIn } from '../../platform/loose.ts';
import { notJson } from '../../platform/raw-body.ts';
import { Unreadable } from './source.ts';

/** @throws Unreadable when it is not even nearly JSON */
export function parseLenient(bytes: Buffer): unknown {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const whole = jsonIn(text);
  if (whole !== undefined) return whole;
  try {
    return JSON.parse(mend(text));
  } catch (error) {
    const errors = [{ path: '', message: 'It has to be one JSON object.' }];
    throw new Unreadable(`The body is not JSON: ${notJson(error)}`, errors);
  }
}

/** One pass over the text with bounded lookahead, so the time is linear in the length. */
function mend(text: string): string {
  const out: string[] = [];
  /** The open brackets, and whether the next string of the innermost object is a key. */
  const brackets: string[] = [];
  let isKeyNext = false;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string;
    if (!isInString) {
      if (char === ',' && /^[}\]]/.test(ahead(text, at + 1))) continue;
      if (char === '"') isInString = true;
      else if (char === '{' || char === '[') brackets.push(char);
      else if (char === '}' || char === ']') brackets.pop();
      if (char === '{' || char === ',') isKeyNext = brackets.at(-1) === '{';
      if (char === ':') isKeyNext = false;
      out.push(char);
    } else if (char === '\\') {
      const kept = /^\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/.exec(text.slice(at, at + 6))?.[0];
      out.push(kept ?? '\\\\');
      at += kept ? kept.length - 1 : 0;
    } else if (char === '"') {
      isInString = !endsString(ahead(text, at + 1), isKeyNext, brackets.at(-1) === '{');
      out.push(isInString ? '\\"' : '"');
    } else {
      out.push(char < ' ' ? JSON.stringify(char).slice(1, -1) : char);
    }
  }
  return out.join('');
}

/** A quote ends its string where JSON could continue after it; anywhere else it is one of the text's own. */
function endsString(next: string, isKey: boolean, isInObject: boolean): boolean {
  if (isKey) return next.startsWith(':');
  if (next === '' || /^[}\]]/.test(next)) return true;
  return isInObject ? /^,\s{0,100}(?:"[^"\\\n]{1,100}"\s{0,9}:|[}\]])/.test(next) : /^,\s{0,100}["{[\]\d]/.test(next);
}

/** What follows the blanks, as far as it matters. */
function ahead(text: string, from: number): string {
  let at = from;
  while (at < text.length && at < from + 200 && (text[at] as string) <= ' ') at += 1;
  return text.slice(at, at + 240);
}
