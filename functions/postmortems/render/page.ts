/** What every part of a page is written with. Pure. */
import { codeOf } from '../../incidents/code.ts';
import type { Policy } from '../../policy.ts';
import type { Language } from '../../words/text.ts';
import { type Block, type Inline, link } from './blocks.ts';
import { date, dateTime, type Period } from './format.ts';
import { type Speech, speak, type TextKey } from './words.ts';

export interface Composing {
  language: Language;
  policy: Policy;
  /** Where an incident can be looked at; nothing where there is no console. */
  incidentUrl: (id: string) => string | undefined;
}

export interface Page extends Speech {
  policy: Policy;
  heading(level: 2 | 3, word: TextKey): Block;
  time(iso: string): string;
  day(iso: string): string;
  /** As its title, or its code; a link where there is a console. */
  incident(id: string, title?: string): Inline;
  /** `and 3 more`, where so many are left out. */
  more(rest: number): string[];
}

/** @param week of which it tells */
export function pageOf({ language, policy, incidentUrl }: Composing, week: Period): Page {
  const speech = speak({ language, policy });
  const { word } = speech;
  return {
    ...speech,
    policy,
    heading: (level, key) => ({ kind: 'heading', level, text: word(key), id: key }),
    time: (iso) => dateTime(iso, week, language),
    day: (iso) => date(iso, week, language),
    incident: (id, title = codeOf(id)) => link(title, incidentUrl(id)),
    more: (rest) => (rest > 0 ? [word('meeting.more', { n: rest })] : []),
  };
}
