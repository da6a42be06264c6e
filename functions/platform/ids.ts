/** IDs derived from the content that they identify. Pure. */
import { hash } from 'node:crypto';

/** The same parts give the same id in every process and release; length prefixes keep lists of parts apart. */
export function stableId(prefix: string, ...parts: (string | number)[]): string {
  const texts = parts.map((part) => String(part).toWellFormed());
  const whole = [`v1:${prefix}`, ...texts.map((text) => `${Buffer.byteLength(text)}:${text}`)].join(':');
  return `${prefix}_${hash('sha256', whole).slice(0, 24)}`;
}
