/** “Send an update”: the drafts with their recipients and channels; once somebody has confirmed them, they are sent. */
import { draftGroups, draftMessage, dueFirst, isToldLately, needsOf } from '../customer-updates/draft.ts';
import { readDraftSources } from '../customer-updates/ticket-reports.ts';
import { type Loaded, loadIncident } from '../find/read-incident.ts';
import { codeOf, unnamedIn, withCodes } from '../incidents/incident.ts';
import { isUndecided } from '../incidents/outbox/sending.ts';
import { customerIdsOf } from '../incidents/rhythm/contact.ts';
import { choiceOf, waitingOf, whomOf } from '../outgoing/slack/card.ts';
import { recentUpdates } from '../outgoing/tickets/recent-updates.ts';
import { previewUpdates, requestUpdates } from '../outgoing/tickets/request-updates.ts';
import type { UpdateRecord } from '../outgoing/tickets/update.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import { followUp, recordFact } from '../record-fact.ts';
import { fillDraft, isUnfilled } from '../words/drafts.ts';
import { type Both, type Fill, type Language, say as write } from '../words/language.ts';
import { refuse, sayRefusal } from '../words/refusals/refuse.ts';
import { reasonFor } from '../words/say-recorded.ts';
import { fieldTexts } from '../words/texts/fields.ts';
import { incidentTexts } from '../words/texts/incident-page.ts';
import { answerWords, modalWords } from '../words/texts/slack.ts';
import { whomText } from '../words/whom.ts';
import type { IdentifiedAct, Submission } from './act.ts';
import { answer } from './answer.ts';
import { type Content, choosable, chosenIn, type Field, textIn } from './form.ts';
import { rememberedOf } from './meaning.ts';
import { offer, readerOf } from './say.ts';

/** Drafts that can be sent with one press; the rest has its turn when the form is opened again. */
const mostDrafts = 5;
const mostWays = 20;
const mostNames = 20;
const mostDescribed = 200;

/** Fields of the first draft have plain names; those of the others a number as well. */
const numbered = (name: string, index: number): string => (index === 0 ? name : `${name}-${index + 1}`);

/** One text for each group of customers. If nobody waits, all customers can be chosen. */
export async function updateContents(loaded: Loaded, { actor, language }: IdentifiedAct): Promise<Content[]> {
  const { incident, contacts } = loaded;
  const by = { language, policy };
  const words = (of: Both, given: Fill = {}): string => write(by, of, given);
  const field = (kind: Field['kind'], id: string, label: Both, more: Partial<Field>): Field => {
    return { id, kind, label: words(label), ...more };
  };
  const tick = (id: string, label: Both, yes: Both, more: Partial<Field>): Field =>
    field('tick', id, label, { choices: [['yes', words(yes)]], isOptional: true, ...more });
  if (contacts.length === 0) return [words(modalWords.nobody)];
  const at = now();
  const recent = await recentUpdates(incident, at, policy);
  const leaving = new Set(recent.filter(isUndecided).flatMap(({ customers }) => customers));
  const waiting = waitingOf(contacts).filter((each) => !customerIdsOf(each).some((id) => leaving.has(id)));
  const told = waiting.map((contact) => ({ contact, dueAt: contact.nextUpdateDueAt ?? at }));
  const drafting = { policy, now: at, ...(await readDraftSources(incident, policy)) };
  const groups = dueFirst(incident, draftGroups(incident, told, drafting), drafting);
  const isLacking = groups.some((each) => needsOf(incident, each, drafting).length > 0);
  const contentsOf = (index: number): Content[] => {
    const group = groups[index];
    const to = group?.told.map(({ contact }) => contact) ?? contacts;
    const choices = choosable(to.map((each) => choiceOf(each, incident, by)));
    if (choices.length === 0) return [words(modalWords.inConsole)];
    const message = group ? draftMessage(incident, group, drafting) : '';
    const request = { customers: to.flatMap(customerIdsOf), message, isRecovery: false, confirmedNames: true };
    const asking = { actor, now: at, policy, config: readConfig() };
    const preview = previewUpdates(incident, contacts, recent, request, asking);
    const isCut = choices.length < to.length;
    const isOptional = index > 0;
    const ways =
      'refused' in preview
        ? [withCodes(sayRefusal(preview.refused, readerOf(language, at)))]
        : waysOf(preview.updates, loaded, language, modalWords);
    return [
      ...(group ? ways.slice(0, mostWays) : []),
      field('some', numbered('whom', index), modalWords.whom, {
        choices,
        // Customers who have just been told get another message only if somebody ticks them.
        initial: group && !isToldLately(incident, group, drafting) ? choices.map(([id]) => id) : [],
        isOptional,
        ...(isCut ? { hint: words(modalWords.whomFirst, { n: choices.length, of: to.length }) } : {}),
      }),
      field('text', numbered('message', index), fieldTexts['field.message'], {
        initial: message,
        isOptional,
        ...(isOptional ? { hint: words(modalWords.notSentIfBlank) } : {}),
      }),
      tick(numbered('recovery', index), modalWords.recovery, modalWords.recoveryYes, {
        initial: group?.kind === 'recovery' ? 'yes' : undefined,
      }),
    ];
  };
  const later = groups.slice(mostDrafts).flatMap((group) => group.told.map(({ contact }) => contact));
  const next = words(modalWords.next, { names: whomText(later, unnamedIn(incident), by, mostNames) });
  const hint = words(modalWords.namesHint);
  const names = tick('names', modalWords.names, incidentTexts['update.namesMeant'], { hint });
  const hintOfDescribed = { hint: words(incidentTexts['update.describeHint']), isOptional: true };
  return [
    ...(isLacking ? [field('line', 'described', incidentTexts['update.describe'], hintOfDescribed)] : []),
    ...Array.from({ length: Math.min(mostDrafts, Math.max(1, groups.length)) }, (_, index) => contentsOf(index)).flat(),
    ...(contacts.length > 1 ? [names] : []),
    ...(later.length > 0 ? [next] : []),
  ];
}

type Ways = Record<'leaves' | 'byHand', Both>;

/** Which customers get it on their ticket, and which somebody has to tell by hand, by reason. In a form's words, or an answer's. */
function waysOf(updates: readonly UpdateRecord[], loaded: Loaded, language: Language, words: Ways): string[] {
  const by = { language, policy };
  const groups = Map.groupBy(updates, ({ state, error }) => (state === 'by-hand' ? (error ?? '') : null));
  return [...groups].map(([why, some]) => {
    const ids = some.flatMap(({ customers }) => customers);
    const given = { code: codeOf(loaded.incident.id), names: whomOf(ids, loaded, by, mostNames) };
    if (why === null) return write(by, words.leaves, given);
    return write(by, words.byHand, { ...given, why: reasonFor(by, why) });
  });
}

/** Sends as the console does. A refusal for one group does not stop the others. */
export async function submitUpdate(identified: IdentifiedAct, submission: Submission): Promise<void> {
  const { act, actor, language, receivedAt, to } = identified;
  const { incidentId = '' } = rememberedOf(submission);
  const confirmedNames = chosenIn(submission, 'names').includes('yes');
  const reader = { language, policy };
  const said: string[] = [];
  const described = textIn(submission, 'described')?.slice(0, mostDescribed);
  if (described) {
    const by = { actor, now: now(), policy, idempotencyKey: `${act.key}-described` };
    await recordFact(incidentId, { type: 'described', text: described }, by);
  }
  let refusal: Problem | undefined;
  let isByHand = false;
  for (let index = 0; index < mostDrafts; index += 1) {
    const typed = textIn(submission, numbered('message', index)) ?? '';
    const message = described ? fillDraft(typed, described) : typed;
    const customers = chosenIn(submission, numbered('whom', index));
    const isRecovery = chosenIn(submission, numbered('recovery', index)).includes('yes');
    // The first group needs a text and a recipient; clearing either leaves out any other group.
    if (index > 0 && (message === '' || customers.length === 0)) continue;
    if (message === '') throw new Problem(422, refuse('update-not-understood'));
    if (customers.length === 0) throw new Problem(422, refuse('nobody-chosen'));
    const idempotencyKey = index === 0 ? act.key : `${act.key}-${index}`;
    const by = { actor, now: now(), tappedAt: receivedAt, policy, config: readConfig(), idempotencyKey };
    try {
      const request = { customers, message, isRecovery, confirmedNames };
      const { updates, incident } = await requestUpdates(incidentId, request, by);
      await followUp(incident, by);
      const loaded = await loadIncident(incidentId);
      const hasByHand = updates.some(({ state }) => state === 'by-hand');
      said.push(...(loaded ? waysOf(updates, loaded, language, answerWords) : []), ...(hasByHand ? [message] : []));
      isByHand ||= hasByHand;
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      // A draft that nobody has filled in is no reason to give the other texts back.
      const loaded = index > 0 && isUnfilled(message) ? await loadIncident(incidentId) : undefined;
      const names = loaded && whomOf(customers, loaded, reader, mostNames);
      if (names === undefined) refusal ??= error;
      else said.push(write(reader, answerWords.unfilled, { names }));
    }
  }
  const text = said.join('\n');
  if (text) await answer(to, isByHand ? offer(text, { action: 'told', value: incidentId }, language) : text);
  if (refusal) throw refusal;
}
