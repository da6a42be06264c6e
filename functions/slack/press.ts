/** What a press on a card states, judged by the incident's current state and not by what the card showed. Pure. */
import { codeOf, type Incident } from '../incidents/incident.ts';
import type { Statement } from '../incidents/statements/statement-schemas.ts';
import { milliseconds, type Policy } from '../policy.ts';
import type { answerWords } from '../words/texts/slack.ts';
import type { PressAction } from './meaning.ts';

/** An answer instead of a statement: words and their places. The answering code formats times. */
interface Reply {
  words: keyof typeof answerWords;
  given: Record<string, string | Date>;
}

/** Presses that state something by themselves: no form, and no answer to a question. */
export const stating = [
  'take',
  'take-over',
  'happens',
  'happens-again',
  'snooze',
  'recover',
  'recover-all',
  'unlink',
] as const satisfies PressAction[];

type Decided = { statement: Statement } | { reply: Reply };

interface Pressing {
  actor: string;
  now: Date;
  /** The time of the press, which may be processed much later. */
  pressedAt: Date;
  policy: Policy;
  /** When the same person last stated that it is ongoing. */
  confirmedAt: Date | undefined;
}

export function decidePress(incident: Incident, action: (typeof stating)[number], by: Pressing): Decided {
  const reply = (words: Reply['words'], given: Reply['given'] = {}): Decided => ({
    reply: { words, given: { code: codeOf(incident.id), ...given } },
  });
  if (action === 'unlink')
    return incident.status === 'linked' ? { statement: { type: 'unlinked' } } : reply('notLinked');
  const nothing = decideModal(incident);
  if (nothing) return { reply: nothing };
  const isOver = incident.status !== 'open';
  switch (action) {
    case 'take':
    case 'take-over':
      if (incident.assignee === by.actor) return reply('alreadyYours');
      if (action === 'take' && incident.assignee) return reply('alreadyTaken', { who: incident.assignee });
      return { statement: { type: 'assigned', assignee: by.actor } };
    case 'happens':
    case 'happens-again':
      if (isOver && action === 'happens') return over(incident, reply);
      if (!isOver && isTheSame(incident, by)) return reply('alreadyConfirmed', { at: by.confirmedAt ?? by.now });
      return { statement: { type: 'verified', happened: 'yes', ongoing: 'yes' } };
    case 'snooze':
      return isOver ? over(incident, reply) : { statement: { type: 'snoozed' } };
    case 'recover':
    case 'recover-all':
      if (isOver) return over(incident, reply);
      return { statement: { type: 'recovered', customers: 'all' } };
  }
}

/** Why there is nothing to tell customers from here; undefined if there is. */
export function decideModal(incident: Incident): Reply | undefined {
  const code = codeOf(incident.id);
  if (incident.status === 'linked') return { words: 'linked', given: { code, to: codeOf(incident.linkedTo ?? '') } };
  return incident.kind === 'incident' ? undefined : { words: 'noIncident', given: { code } };
}

function over(incident: Incident, reply: (words: Reply['words'], given?: Reply['given']) => Decided): Decided {
  if (incident.status === 'not-occurring') return reply('notOccurring');
  return reply('alreadyRecovered', { at: incident.recoveredAt ?? incident.filedAt });
}

/** Whether the same person stated it just before they pressed, or since, and nothing else after that. */
function isTheSame({ happened, ongoing }: Incident, { confirmedAt, pressedAt, policy }: Pressing): boolean {
  if (happened !== 'yes' || ongoing !== 'yes' || !confirmedAt) return false;
  return pressedAt.getTime() - confirmedAt.getTime() <= milliseconds(policy.people.samePressWithin);
}
