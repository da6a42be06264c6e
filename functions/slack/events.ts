/**
 * Works on what was pressed and typed in Slack: who is it, what does it state, and what are they answered. The same act is
 * worked on once, however often it comes; what fails for a while throws, and Pub/Sub brings it again.
 */
import type { CloudEvent } from '@google-cloud/functions-framework';
import { quarantine } from '../incidents/signal/quarantine.ts';
import { isPlausibleTime } from '../incidents/signal/times.ts';
import { SlackFailure } from '../outgoing/slack/client.ts';
import { now } from '../platform/clock.ts';
import { log } from '../platform/log.ts';
import { type Message, readMessage, withMessageTrace } from '../platform/message.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import { topics } from '../topology.ts';
import { type Language, languages } from '../words/language.ts';
import { sayField, sayRefusal } from '../words/refusals/refuse.ts';
import { type Act, readAct } from './act.ts';
import { answer, type To } from './answer.ts';
import type { Doing } from './doing.ts';
import { rememberedOf } from './meaning.ts';
import { type Identified, identify } from './people.ts';
import { readerOf, say } from './say.ts';
import { workOn } from './work-on.ts';

export async function slackEvents(event: CloudEvent<unknown>): Promise<void> {
  const message = readMessage(event);
  await withMessageTrace(message, async () => {
    const act = readAct(message.attributes.path === 'commands' ? 'commands' : 'interactions', message.bytes);
    if (!act) return keepUnread(message);
    const { channel, responseUrl } = rememberedOf(act);
    const to: To = { user: act.person.user, channel, responseUrl };
    try {
      const person = await identify(act.person, policy);
      await (isKnown(person) ? work(act, person, message, to) : answer(to, sayUnknown(person)));
    } catch (error) {
      if (!(error instanceof SlackFailure) || error.isTemporary) throw error;
      // Another try would be refused the same: somebody has to see to the app's token or scopes.
      log('ERROR', `Slack refuses what a press needs: ${error.message}`, { kind: act.kind });
      await answer(to, sayRefused(act, error));
    }
  });
}

type Known = Extract<Identified, { email: string }>;
type Unknown = Exclude<Identified, { email: string }>;
const isKnown = (person: Identified): person is Known => 'email' in person;

/** They are told how to be known; nothing is recorded for them. */
function sayUnknown({ why, language }: Unknown): string {
  return say('notKnown', language, { why: say(`why.${why}`, language) });
}

/** Whose language it is Slack has not said, so both are there; what was written comes back. */
function sayRefused(act: Act, { reason }: SlackFailure): string {
  const text = act.kind === 'submission' ? wordsOf(act.values) : '';
  const told = languages.map((language) => say('slackRefuses', language, { why: reason }));
  return [...told, ...(text ? [text] : [])].join('\n');
}

async function work(act: Act, { email, language }: Known, message: Message, to: To): Promise<void> {
  const stated = new Date(message.attributes.receivedAt ?? Number.NaN);
  const receivedAt = isPlausibleTime(stated) ? stated : (message.publishedAt ?? now());
  const opened = (['yes', 'maybe', 'no'] as const).find((each) => each === message.attributes.opened);
  const doing: Doing = { act, actor: email, language, receivedAt, opened, to };
  try {
    await workOn(doing);
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    await answer(to, sayProblem(act, error, language));
  }
}

/** What was refused comes back to who wrote it, with their words. */
function sayProblem(act: Act, problem: Problem, language: Language): string {
  const reader = readerOf(language, now());
  const whole = problem.said ? sayRefusal(problem.said, reader) : problem.message;
  const details = problem.errors.map((error) => sayField(error, reader)).filter((each) => each !== whole);
  const why = [whole, ...new Set(details)].join(' ');
  const text = act.kind === 'submission' ? wordsOf(act.values) : '';
  return [say('refused', language, { why }), ...(text ? [say('yourText', language), text] : [])].join('\n');
}

const wordsOf = (values: Extract<Act, { kind: 'submission' }>['values']): string =>
  Object.values(values)
    .flatMap((block) => Object.values(block).map(({ value }) => value ?? ''))
    .filter((each) => each.trim() !== '')
    .join('\n');

/** What the door took and nobody can read is kept for a person to look at. */
async function keepUnread({ bytes, attributes, publishedAt }: Message): Promise<void> {
  const raw = { bytes, contentType: 'application/x-www-form-urlencoded', receivedAt: publishedAt ?? now() };
  const message = { topic: topics.slackActions, attributes };
  await quarantine('slack-actions', raw, 'The message is no act in Slack.', {
    errors: [],
    message,
    policy,
    now: now(),
  });
}
