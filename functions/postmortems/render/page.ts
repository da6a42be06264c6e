/** What every part of a page is written with. Pure. */
import { codeOf } from '../../incidents/incident.ts';
import type { Policy } from '../../policy.ts';
import { speak, type TextKey } from '../../words/speech.ts';
import type { Language } from '../../words/text.ts';
import { type Block, type Inline, link } from './blocks.ts';
import { date, dateTime, type Period } from './format.ts';

export interface Composing {
  language: Language;
  policy: Policy;
  /** The address of an incident's page; none without a console. */
  incidentUrl: (id: string) => string | undefined;
}

export type Page = ReturnType<typeof pageOf>;

/** @param week of which it tells */
export function pageOf({ language, policy, incidentUrl }: Composing, week: Period) {
  const speech = speak({ language, policy });
  return {
    ...speech,
    policy,
    heading: (level: 2 | 3, key: TextKey): Block => ({ kind: 'heading', level, text: speech.t(key), id: key }),
    time: (iso: string): string => dateTime(iso, week, language),
    day: (iso: string): string => date(iso, week, language),
    /** The incident's title or code, as a link if there is a console. */
    incident: (id: string, title = codeOf(id)): Inline => link(title, incidentUrl(id)),
    /** `and 3 more`, if some are left out. */
    more: (rest: number): string[] => (rest > 0 ? [speech.t('meeting.more', { n: rest })] : []),
  };
}
