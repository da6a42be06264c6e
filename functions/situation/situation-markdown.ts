/** The situation as Markdown: to be pasted into a chat, or read by people who join late. Pure. */
import { emergencyFill } from '../incidents/emergency/emergency.ts';
import type { KnownFrom } from '../incidents/links/brought.ts';
import type { Policy } from '../policy.ts';
import { clock, shortClock } from '../words/clock.ts';
import { fromText } from '../words/glance.ts';
import { type Both, type Fill, fillIn, type Language, nameFor, type Reader, say as sayIn } from '../words/language.ts';
import { escapeStart, escapeText } from '../words/markdown.ts';
import { actorText } from '../words/people.ts';
import { consoleTexts } from '../words/texts/console.ts';
import { drillMark, labels } from '../words/texts/notices.ts';
import { reviewTexts } from '../words/texts/review-pages.ts';
import { situationWords as words } from '../words/texts/situation.ts';
import { cardWords } from '../words/texts/slack.ts';
import { contactText } from '../words/whom.ts';
import type { Situation, SituationCustomer } from './compose-situation.ts';

const mostCustomers = 50;

export function situationMarkdown(situation: Situation, language: Language, policy: Policy): string {
  const by = { language, policy };
  const { known, asOf } = situation;
  const { cause } = known;
  const from = (of: keyof KnownFrom): string => fromText(known.from[of], language);
  const say = (of: Both, fill: Fill = {}): string => sayIn(by, of, fill);
  const name = (kind: string, value: string | null): string =>
    value === null ? consoleTexts.unknown[language] : nameFor(by, kind, value);
  const at = (time: Date | null) => (time ? shortClock(time, asOf, language, policy) : consoleTexts.unknown[language]);
  const comma = language === 'ja' ? '、' : ', ';
  const whom = (each: SituationCustomer): string => customerName(each, by);
  const emergency = (): string => {
    if (!situation.emergency) return say(words.noEmergency);
    const { since, endedAt, rule } = situation.emergency;
    const why = fillIn(name('emergencyRule', rule), emergencyFill(situation.emergency, policy));
    return endedAt
      ? say(words.emergencyOver, { ended: at(endedAt), why })
      : say(words.emergencySince, { since: at(since), why });
  };
  const more = Math.max(0, situation.customers.length - mostCustomers) + situation.moreCustomers;
  const field = (label: string, value: string): string => `- ${name('field', label)}: ${escapeText(value)}`;
  const { nextUpdate } = situation;
  const isScopeOpen = situation.status === 'open' && known.affectedCustomerCount === null;
  const next = nextUpdate
    ? `${say(words.nextUpdateFor, { at: at(nextUpdate.dueAt), whom: escapeText(nextUpdate.customers.map(whom).join(comma)) })}${nextUpdate.isOverdue ? ` — **${say(reviewTexts['action.overdue'])}**` : ''}`
    : say(isScopeOpen ? consoleTexts['board.scopeDue'] : words.noUpdate);
  const missing = known.missing.map((each) => name('field', each)).join(comma);
  const roles = situation.roles.map(({ role, who, at: since }) => {
    const held =
      who === null
        ? `**${say(consoleTexts.nobody)}**`
        : `${escapeText(actorText(who, undefined, language))} (${say(words.since, { at: at(since) })})`;
    return `- ${name('role', role)}: ${held}`;
  });
  const checklist = situation.checklist.map(({ item, isDone, at: when }) => {
    return `- [${isDone ? 'x' : ' '}] ${name('checklist', item)}${when ? ` (${at(when)})` : ''}`;
  });
  const latest = situation.latest.map((each) => {
    const who = actorText(each.who, each.whoName, language);
    return `- ${at(each.at)} ${escapeText(`${name('event', each.type)}${each.text ? `: ${said(each, name)}` : ''} — ${who}`)}`;
  });
  const candidates = situation.candidates.map((each) => `- ${each.code} (${escapeText(each.customerId)})`);
  const part = (title: string, lines: readonly string[]): string[] => [`## ${title}`, '', ...lines, ''];
  return [
    `# ${situation.isDrill ? drillMark[language] : ''}${situation.code} ${escapeText(situation.title)}`,
    '',
    `**${emergency()}**`,
    '',
    say(words.asOf, { at: clock(asOf, language, policy, asOf) }),
    '',
    ...part(say(words.nextUpdate), [next]),
    ...part(say(words.roles), roles),
    ...part(say(words.known), [
      ...(situation.description ? [...quoted(situation.description), ''] : []),
      field('impact.businessImpact', `${name('impact', known.businessImpact)}${from('businessImpact')}`),
      field('impact.affectedCustomerCount', String(known.affectedCustomerCount ?? say(consoleTexts.unknown))),
      field('ongoing', name('ongoing', known.ongoing)),
      field('happened', name('happened', known.happened)),
      field('occurredAt', `${at(known.occurredAt)}${from('occurredAt')}`),
      field('reportedAt', `${at(known.reportedAt)}${from('reportedAt')}`),
      ...(known.area ? [field('area', known.area)] : []),
      ...(known.scopeMethod ? [field('impact.scopeMethod', known.scopeMethod)] : []),
      ...(cause ? [field('cause', [name('cause', cause.category), cause.summary].filter(Boolean).join(': '))] : []),
      ...(known.recoveredAt ? [field('recoveredAt', at(known.recoveredAt))] : []),
      ...(missing ? [`- ${say(words.missing)}: ${missing}`] : []),
    ]),
    ...part(name('field', 'affectedCustomers'), [
      ...(situation.customers.length === 0 ? [say(words.noCustomers)] : []),
      ...situation.customers.slice(0, mostCustomers).map((each) => {
        const { lastUpdateAt, lastMessage } = each;
        const heard = lastMessage ? labels.lastToldSaying : labels.lastTold;
        const told = lastUpdateAt
          ? say(heard, { at: at(lastUpdateAt), text: lastMessage ?? '' })
          : say(labels.neverTold);
        const due = each.nextUpdateDueAt ? `${comma}${say(words.dueAt, { at: at(each.nextUpdateDueAt) })}` : '';
        const works = each.recoveredAt ? `${comma}${say(cardWords.recovered, { at: at(each.recoveredAt) })}` : '';
        return `- ${escapeStart(escapeText(`${whom(each)}: ${told}${due}${works}`))}`;
      }),
      ...(more > 0 ? [`- ${say(words.moreCustomers, { n: more })}`] : []),
    ]),
    ...part(say(words.tried), [
      ...(situation.tried.length === 0 ? [say(words.nothingTried)] : []),
      ...situation.tried.map((each) => {
        const lighter = each.lighterWayTried ? ` (${say(words.lighter, { text: each.lighterWayTried })})` : '';
        return `- ${at(each.at)} ${escapeText(`${name('mitigation', each.kind)}${each.note ? `: ${each.note}` : ''}${lighter}`)}`;
      }),
    ]),
    ...part(say(words.checklist), checklist),
    ...part(say(words.latest), latest),
    ...(candidates.length > 0 ? part(say(words.candidates), candidates) : []),
  ].join('\n');
}

export const customerName = ({ name, count }: SituationCustomer, by: Reader): string =>
  name === null
    ? sayIn(by, words.others, { n: count })
    : contactText({ isTheOthers: false, name, more: count - 1 }, by);

/** A role is said by its name; everything else is somebody's own words. */
export function said({ type, text }: Situation['latest'][number], name: (kind: string, value: string) => string) {
  const isRole = type === 'role-taken' || type === 'role-handed-over';
  return isRole && text ? name('role', text) : (text ?? '');
}

const quoted = (text: string) => text.split('\n').map((line) => `> ${escapeStart(escapeText(line))}`.trimEnd());
