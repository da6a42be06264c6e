/** A press on a card is a statement, or an answer to who pressed. */
import { answerSameness } from '../find/sameness.ts';
import { codeOf } from '../incidents/code.ts';
import { readEvent } from '../incidents/events.ts';
import type { Incident } from '../incidents/incident.ts';
import { isRecorded } from '../incidents/record-event.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import type { Statement } from '../incidents/statements/statement-schemas.ts';
import { versionOf } from '../incidents/version.ts';
import {
  type Content,
  cutTo,
  escapeMarks,
  limits,
  type MessageBlock,
  mrkdwn,
  plain,
} from '../outgoing/slack/blocks.ts';
import { nameOfContact } from '../outgoing/slack/card.ts';
import { now } from '../platform/clock.ts';
import { collections, fromDocument, incidentRef } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import { followUp, recordFact } from '../record-fact.ts';
import { fillIn, type Language } from '../words/language.ts';
import { cardWords } from '../words/texts/slack.ts';
import type { Press } from './act.ts';
import { answer } from './answer.ts';
import type { IdentifiedAct } from './identified-act.ts';
import { isPressed, recoverAll } from './meaning.ts';
import { decidePress } from './press.ts';
import { say } from './say.ts';

/** A press that was worked on so late says when it was made. */
const lateMs = 30_000;
/** Whoever confirms twice does so within minutes: further back nobody looks. */
const mostEvents = 20;

/** Whoever presses while others state is judged anew by what these have stated; so often, and then told so. */
const mostTries = 3;

export async function recordPress(identified: IdentifiedAct, { action, value }: Press): Promise<void> {
  if (!isPressed(action) || action === 'update') return;
  const { act, actor, language, receivedAt, to } = identified;
  const [id = '', confirmed] = value.split(' ');
  if (action === 'merge' || action === 'apart') return answerQuestion(identified, id, action);
  for (let round = 1; ; round += 1) {
    const incident = await readIncident(id);
    if (!incident) return answer(to, say('unknownIncident', language));
    const confirmedAt = action.startsWith('happens') ? await lastConfirmed(incident.id, actor) : undefined;
    // Sent again, it states nothing again, whatever has been stated since. Asked last: what it has stated itself, by another
    // delivery, is no reason to refuse it.
    if (await isRecorded(actor, act.key)) return followUp(incident, { policy, now: now() });
    const at = now();
    const decided = decidePress(incident, action, { actor, now: at, pressedAt: receivedAt, policy, confirmedAt });
    if ('reply' in decided) return answer(to, say(decided.reply.words, language, decided.reply.given, at));
    const question = action.startsWith('recover') ? await askOfAll(incident, language, confirmed) : undefined;
    if (question) return answer(to, question);
    const isLate = at.getTime() - receivedAt.getTime() > lateMs;
    const statement: Statement = { ...decided.statement, ...(isLate ? { occurredAt: receivedAt.toISOString() } : {}) };
    const seen = [versionOf(incident)];
    try {
      const by = { actor, now: at, policy, idempotencyKey: act.key, seen };
      await recordFact(incident.id, statement, by);
      return;
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      // Of two deliveries of one press at once the other has stated it, and nothing was refused.
      if (await isRecorded(actor, act.key))
        return followUp((await readIncident(id)) ?? incident, { policy, now: now() });
      if (error.status !== 412 || round === mostTries) throw error;
    }
  }
}

/** Merges what is one trouble, or says that it is not. Pressed twice, it is answered once. */
async function answerQuestion(
  { act, actor, language }: IdentifiedAct,
  id: string,
  action: 'merge' | 'apart',
): Promise<void> {
  const at = now();
  const by = { actor, now: at, policy, idempotencyKey: act.key };
  await answerSameness(id, action === 'merge' ? 'merged' : 'apart', cardWords.basis[language], by);
  const incident = await readIncident(id);
  if (incident) await followUp(incident, by);
}

/** A recovery of more than one customer is asked once more, naming them; and again where others have become known since. */
async function askOfAll(
  incident: Incident,
  language: Language,
  confirmed: string | undefined,
): Promise<Content | undefined> {
  const found = await incidentRef(incident.id).collection(collections.contacts).get();
  const contacts = found.docs.map((each) => fromDocument<Contact>(each.data())).filter((each) => !each.recoveredAt);
  const key = stableId('all', ...contacts.map(({ id }) => id).sort());
  if (contacts.length < 2 || confirmed === key) return undefined;
  const by = { policy, language, consoleUrl: undefined };
  const names = contacts.map((each) => nameOfContact(each, by)).join(language === 'ja' ? '、' : ', ');
  const customer = policy.customerLabel[language];
  const given = { code: codeOf(incident.id), n: contacts.length, customer, names: cutTo(names, 2_000) };
  const text = fillIn(cardWords.recoverAll[language], given);
  const yes = plain(fillIn(cardWords.recoverAllYes[language], given), limits.button);
  const button = { type: 'button' as const, action_id: recoverAll, text: yes, value: `${incident.id} ${key}` };
  const blocks: MessageBlock[] = [
    { type: 'section', text: mrkdwn(escapeMarks(text)) },
    { type: 'actions', elements: [button] },
  ];
  return { text: escapeMarks(text), blocks };
}

export async function readIncident(id: string): Promise<Incident | undefined> {
  if (!/^inc_[\da-f]{1,64}$/.test(id)) return undefined;
  const document = await incidentRef(id).get();
  return document.exists ? fromDocument<Incident>(document.data()) : undefined;
}

async function lastConfirmed(incidentId: string, actor: string): Promise<Date | undefined> {
  const found = await incidentRef(incidentId)
    .collection(collections.timeline)
    .orderBy('recordedAt', 'desc')
    .limit(mostEvents)
    .get();
  return found.docs
    .map((each) => readEvent(fromDocument(each.data())))
    .find((each) => each.type === 'verified' && each.actor === actor && each.detail.ongoing === 'yes')?.recordedAt;
}
