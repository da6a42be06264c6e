/** The language that somebody who types a command reads: what was asked for, else the machine's. */
import type { Environment } from '../functions/platform/environment.ts';
import { type Language, languages } from '../functions/words/text.ts';

/** @throws Error if something else was asked for */
export function machineLanguage(environment: Environment, asked?: string): Language {
  if (asked !== undefined) {
    const language = languages.find((each) => each === asked);
    if (!language) throw new Error(`--language has to be ${languages.join(' or ')}, and is “${asked}”.`);
    return language;
  }
  // In the order of POSIX; a machine that has none of them says it otherwise.
  const locale = [environment.LC_ALL, environment.LC_MESSAGES, environment.LANG].find(Boolean);
  return (locale ?? Intl.DateTimeFormat().resolvedOptions().locale).startsWith('ja') ? 'ja' : 'en';
}
