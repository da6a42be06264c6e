/** Processes each act in Slack once, however often it is delivered. A temporary failure throws, and Pub/Sub delivers again. */
import { withCodes } from '../incidents/incident.ts';
import { quarantineMessage } from '../incidents/signals/quarantine.ts';
import { isPlausibleTime } from '../incidents/signals/times.ts';
import { SlackFailure } from '../outgoing/slack/client.ts';
import { now } from '../platform/clock.ts';
import { TemporaryFailure } from '../platform/failures.ts';
import { log } from '../platform/log.ts';
import { type Message, messageDoor } from '../platform/message.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import { topics } from '../topology.ts';
import { type Language, languages } from '../words/language.ts';
import { sayField, sayRefusal } from '../words/refusals/refuse.ts';
import { type Act, type IdentifiedAct, readAct, type To } from './act.ts';
import { reach } from './answer.ts';
import { explainInModal } from './fill-modal.ts';
import { frameOf, rememberedOf } from './meaning.ts';
import { type Identified, identify } from './people.ts';
import { readerOf, say } from './say.ts';

/** What Slack may do later is waiting, and no error. */
export const slackEvents = messageDoor((message) =>
  work(message).catch((error: unknown) => {
    throw error instanceof SlackFailure && error.isTemporary ? new TemporaryFailure(error.message) : error;
  }),
);

async function work(message: Message): Promise<void> {
  const act = readAct(message.attributes.path === 'commands' ? 'commands' : 'interactions', message.bytes);
  if (!act) return keep(message, 'The message is no act in Slack.');
  const { channel, responseUrl } = rememberedOf(act);
  const to: To = { user: act.person.user, channel, responseUrl };
  const come: UnidentifiedAct = { act, to, message, receivedAt: receivedAtOf(message), opened: openedIn(message) };
  try {
    const person = await identify(act.person, policy);
    if ('why' in person) return await comeBack(come, sayUnknown(act, person), person.language);
    const { email: actor, language } = person;
    await workOn({ ...come, actor, language }).catch((error: unknown) => {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      return comeBack(come, sayProblem(act, error, language), language);
    });
  } catch (error) {
    if (!(error instanceof SlackFailure) || error.isTemporary) throw error;
    // A retry would be refused as well: somebody has to fix the app's token or scopes.
    log('ERROR', `Slack refuses what a press needs: ${error.message}`, { kind: act.kind });
    await comeBack(come, sayRefused(act, error), 'ja');
  }
}

interface UnidentifiedAct extends Omit<IdentifiedAct, 'actor' | 'language'> {
  message: Message;
}

const openedIn = ({ attributes }: Message): IdentifiedAct['opened'] =>
  (['yes', 'maybe', 'no'] as const).find((each) => each === attributes.opened);

function receivedAtOf({ attributes, publishedAt }: Message): Date {
  const stated = new Date(attributes.receivedAt ?? Number.NaN);
  return isPlausibleTime(stated) ? stated : (publishedAt ?? now());
}

/** Answers in the open modal, or where they acted. A text that cannot return is quarantined: a colleague can pass it on. */
async function comeBack(come: UnidentifiedAct, said: string, language: Language): Promise<void> {
  const { act, message, to } = come;
  if (await explainInModal(come, said, language)) return;
  if ((await reach(to, said)) || act.kind !== 'submission') return;
  await keep(message, 'What was written in Slack was not recorded, and could not come back to who wrote it.');
}

/** Tells a person who could not be identified what to do. Their text is returned, and nothing is recorded. */
function sayUnknown(act: Act, { why, language }: Exclude<Identified, { email: string }>): string {
  const told = say('notKnown', language, { why: say(`why.${why}`, language) });
  return [told, ...theirText(act, language)].join('\n');
}

/** In both languages, since Slack has not told the person's. Their text is returned. */
function sayRefused(act: Act, { reason }: SlackFailure): string {
  const told = languages.map((language) => say('slackRefuses', language, { why: reason }));
  return [...told, ...wordsOf(act)].join('\n');
}

async function workOn(identified: IdentifiedAct): Promise<void> {
  const { act } = identified;
  const modal = frameOf(act);
  if (modal) return (await import('./fill-form.ts')).fillForm(identified, modal);
  if (act.kind === 'press') return (await import('./record-press.ts')).recordPress(identified, act);
  if (act.kind === 'command') return (await import('./work-on-command.ts')).workOnCommand(identified, act);
  if (act.kind !== 'submission') return;
  if (act.callback === 'update') return (await import('./update.ts')).submitUpdate(identified, act);
  if (act.callback === 'report') return (await import('./report.ts')).submitReport(identified, act);
  return (await import('./submit-form.ts')).submitForm(identified, act);
}

function sayProblem(act: Act, problem: Problem, language: Language): string {
  const reader = readerOf(language, now());
  const whole = withCodes(problem.said ? sayRefusal(problem.said, reader) : problem.message);
  const details = problem.errors.map((error) => sayField(error, reader)).filter((each) => each !== whole);
  const why = [whole, ...new Set(details)].join(' ');
  return [say('refused', language, { why }), ...theirText(act, language)].join('\n');
}

function theirText(act: Act, language: Language): string[] {
  const words = wordsOf(act);
  return words.length > 0 ? [say('yourText', language), ...words] : [];
}

function wordsOf(act: Act): string[] {
  const blocks = act.kind === 'submission' ? Object.values(act.values) : [];
  return blocks.flatMap((block) => Object.values(block).flatMap(({ value }) => (value?.trim() ? value : [])));
}

/** Keeps an accepted act that led to nothing for a person to look at. */
const keep = (message: Message, reason: string): Promise<void> =>
  quarantineMessage('slack-actions', message, topics.slackActions, reason, {
    contentType: 'application/x-www-form-urlencoded',
  });
