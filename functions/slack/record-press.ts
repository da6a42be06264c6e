/** Turns a press on a card into a statement, or into an answer to the person. */
import { type Loaded, loadIncident, readNewestEvents } from '../find/read-incident.ts';
import { requireAsked, tellApart } from '../find/sameness.ts';
import { versionOf } from '../incidents/facts/version.ts';
import { codeOf, unnamedIn } from '../incidents/incident.ts';
import { isRecorded } from '../incidents/statements/record-event.ts';
import type { Statement } from '../incidents/statements/statement-schemas.ts';
import { mergeReports, undoMerge } from '../merge.ts';
import { cutTo } from '../outgoing/slack/blocks.ts';
import { stillDown, whoIs } from '../outgoing/slack/card.ts';
import { namesOf } from '../outgoing/slack/profiles.ts';
import { now } from '../platform/clock.ts';
import { stableId } from '../platform/ids.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import { followUp, recordFact } from '../record-fact.ts';
import { type Language, say as write } from '../words/language.ts';
import { incidentTexts } from '../words/texts/incident-page.ts';
import { cardWords, modalWords } from '../words/texts/slack.ts';
import { countCustomers, whomText } from '../words/whom.ts';
import type { IdentifiedAct, Press } from './act.ts';
import { answer } from './answer.ts';
import { decidePress, stating } from './press.ts';
import { offer, offerUndo, offerUnmerge, say } from './say.ts';

/** After this delay, the statement carries the time of the press. */
const lateMs = 30_000;
/** Repeated confirmations come within minutes, so only these are checked. */
const mostEvents = 20;
const mostNames = 30;

/** If others state something meanwhile, the press is judged again, up to this often, and then refused. */
const mostTries = 3;

export async function recordPress(identified: IdentifiedAct, { action: pressed, value }: Press): Promise<void> {
  const { act, actor, language, receivedAt, to } = identified;
  const [id = '', ...more] = value.split(' ');
  if (pressed === 'merge' || pressed === 'apart') return answerQuestion(identified, id, pressed);
  if (pressed === 'unmerge') return unmerge(identified, id, more[0]);
  if (pressed === 'take-back') return takeBack(identified, id, more);
  const action = stating.find((each) => each === pressed);
  if (!action) return;
  for (let round = 1; ; round += 1) {
    const loaded = await loadIncident(id);
    if (!loaded) return answer(to, say('unknownIncident', language));
    const { incident } = loaded;
    const confirmedAt = action.startsWith('happens') ? await lastConfirmed(incident.id, actor) : undefined;
    // A repeated delivery states nothing again, whatever was stated since. Checked last: the statement made by another delivery
    // of this press is no reason to refuse it.
    if (await isRecorded(actor, act.key)) return followUp(incident, { policy, now: now() });
    const at = now();
    const decided = decidePress(incident, action, { actor, now: at, pressedAt: receivedAt, policy, confirmedAt });
    if ('reply' in decided) {
      const { words, given } = decided.reply;
      const { who } = given;
      const called = who ? { who: whoIs(`${who}`, { language, names: await namesOf([`${who}`]) }) } : {};
      return answer(to, say(words, language, { ...given, ...called }, at));
    }
    const question = action.startsWith('recover') ? askOfAll(loaded, language, more[0]) : undefined;
    if (question) return answer(to, question);
    const isLate = at.getTime() - receivedAt.getTime() > lateMs;
    const statement: Statement = { ...decided.statement, ...(isLate ? { occurredAt: receivedAt.toISOString() } : {}) };
    try {
      const by = { actor, now: at, policy, idempotencyKey: act.key, seen: [versionOf(incident)] };
      const recorded = await recordFact(incident.id, statement, by);
      // Offers undo for statements that end or reopen; the card itself shows the rest.
      if (action.startsWith('recover') || action === 'happens-again')
        await answer(to, offerUndo([{ ...recorded, type: statement.type }], language));
      return;
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      // If one press was delivered twice, the other delivery has recorded it: nothing was refused.
      if (await isRecorded(actor, act.key))
        return followUp((await loadIncident(id))?.incident ?? incident, { policy, now: now() });
      if (error.status !== 412 || round === mostTries) throw error;
    }
  }
}

/** Merges the two, or records that they differ. A second press is answered once. */
async function answerQuestion({ actor, language, to }: IdentifiedAct, id: string, action: 'merge' | 'apart') {
  const by = { actor, now: now(), policy };
  if (action === 'merge') {
    const other = await requireAsked(id, 'merged');
    return answer(
      to,
      offerUnmerge(await mergeReports([id, other], incidentTexts['same.basis'][language], by), language),
    );
  }
  await tellApart(id, by);
  const { incident } = (await loadIncident(id)) ?? {};
  if (incident) await followUp(incident, by);
}

/** A second press leaves an ended link ended. */
async function unmerge({ actor, language, to }: IdentifiedAct, id: string, mergeId = ''): Promise<void> {
  await undoMerge(id, mergeId, { actor, now: now(), policy });
  await answer(
    to,
    offerUndo([{ incident: { id }, events: [{ id: '', type: 'unlinked' }], type: 'unlinked' }], language),
  );
}

/** The newest first, as each depended on those before it. */
async function takeBack({ act, actor, language, to }: IdentifiedAct, id: string, eventIds: string[]): Promise<void> {
  const recorded = [];
  for (const eventId of eventIds.toReversed()) {
    const by = { actor, now: now(), policy, idempotencyKey: `${act.key}-${eventId}` };
    const statement = { type: 'retracted' as const, eventId, why: modalWords.byMistake[language] };
    recorded.push({ ...(await recordFact(id, statement, by)), type: statement.type });
  }
  await answer(to, offerUndo(recorded.slice(0, 1), language));
}

/** A recovery of more than one customer is asked once more, naming them; and again where others have become known since. */
function askOfAll({ incident, contacts }: Loaded, language: Language, confirmed: string | undefined) {
  const by = { policy, language };
  const down = stillDown(contacts);
  const n = countCustomers(down, unnamedIn(incident));
  const key = stableId('all', ...down.map((each) => each.id).sort());
  if (n < 2 || confirmed === key) return undefined;
  const names = cutTo(whomText(down, unnamedIn(incident), by, mostNames), 2_000);
  const text = write(by, cardWords.recoverAll, { code: codeOf(incident.id), n, names });
  return offer(text, { action: 'recover-all', value: `${incident.id} ${key}`, given: { n } }, language);
}

async function lastConfirmed(incidentId: string, actor: string): Promise<Date | undefined> {
  const events = await readNewestEvents(incidentId, mostEvents);
  return events.find((each) => each.type === 'verified' && each.actor === actor && each.detail.ongoing === 'yes')
    ?.recordedAt;
}
