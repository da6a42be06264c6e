/** “Update them”: the draft of what is said to whom, and by which way it would go. */
import { type DraftGroup, draftGroups, draftMessage } from '../customer-updates/draft.ts';
import type { Incident } from '../incidents/incident.ts';
import { type Contact, customerIdsOf } from '../incidents/rhythm/contact.ts';
import { isUndecided } from '../incidents/sending.ts';
import { nameOfContact, waitingOf } from '../outgoing/slack/card.ts';
import { previewUpdates } from '../outgoing/tickets/request-updates.ts';
import type { UpdateRecord } from '../outgoing/tickets/update.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { collections, fromDocument, incidentRef } from '../platform/firestore.ts';
import { policy } from '../policy.ts';
import { fillIn, nameOf } from '../words/language.ts';
import { sayRefusal } from '../words/refusals/refuse.ts';
import { sayRecorded } from '../words/say-recorded.ts';
import { modalWords } from '../words/texts/slack.ts';
import type { Press } from './act.ts';
import { fillModal, isOpened } from './fill-modal.ts';
import type { IdentifiedAct } from './identified-act.ts';
import { externalIdOf, rememberedOf } from './meaning.ts';
import { explanation, type UpdateForm, updateModal } from './modals.ts';
import { decideModal } from './press.ts';
import { readIncident } from './record-press.ts';
import { readerOf, say } from './say.ts';

export async function fillUpdate(identified: IdentifiedAct, press: Press): Promise<void> {
  if (!(await isOpened(identified))) return;
  const { language } = identified;
  const frame = { callback: 'update' as const, externalId: externalIdOf(press), remembered: rememberedOf(press) };
  const explain = (why: string): Promise<void> => fillModal(identified, explanation(frame, why, language));
  const incident = await readIncident(press.value);
  if (!incident) return explain(say('unknownIncident', language));
  const reply = decideModal(incident);
  if (reply) return explain(say(reply.words, language, reply.given));
  const found = await incidentRef(incident.id).collection(collections.contacts).get();
  const contacts = found.docs.map((each) => fromDocument<Contact>(each.data()));
  if (contacts.length === 0) {
    return explain(fillIn(modalWords.nobody[language], { customer: policy.customerLabel[language] }));
  }
  return fillModal(identified, updateModal(frame, formOf(identified, incident, contacts), { language, policy }));
}

/** The draft that is due first, for its own customers alone; and what is drafted for the others. */
function formOf(identified: IdentifiedAct, incident: Incident, contacts: readonly Contact[]): UpdateForm {
  const at = now();
  const { actor, language } = identified;
  const by = { policy, language, consoleUrl: undefined };
  const leaving = new Set((incident.sending ?? []).filter(isUndecided).flatMap(({ customers }) => customers));
  const waiting = waitingOf(contacts).filter((each) => !customerIdsOf(each).some((id) => leaving.has(id)));
  const told = waiting.map((contact) => ({ contact, dueAt: contact.nextUpdateDueAt ?? at }));
  const writing = { policy, now: at };
  const [first, ...others]: DraftGroup[] = draftGroups(incident, told, writing);
  const to = first?.told.map(({ contact }) => contact) ?? [];
  const names = new Map(
    contacts.flatMap((each) => customerIdsOf(each).map((id) => [id, nameOfContact(each, by)] as const)),
  );
  const choice = (each: Contact) => ({ id: customerIdsOf(each)[0] ?? '', name: nameOfContact(each, by) });
  const message = first ? draftMessage(incident, first, writing) : '';
  const request = { customers: to.flatMap(customerIdsOf), message, isRecovery: false, confirmedNames: true };
  const preview =
    first && previewUpdates(incident, contacts, request, { actor, now: at, policy, config: readConfig() });
  return {
    customers: (first ? to : contacts).map(choice),
    isForAll: first !== undefined,
    hasOthers: contacts.length > 1,
    message,
    isRecovery: first?.kind === 'recovery',
    ways: !preview
      ? []
      : 'refused' in preview
        ? [sayRefusal(preview.refused, readerOf(language, at))]
        : waysOf(preview.updates, names, identified),
    others: others.map((group) => ({
      names: group.told.map(({ contact }) => nameOfContact(contact, by)),
      message: draftMessage(incident, group, writing),
    })),
  };
}

/** Whom it reaches by their ticket, and whom somebody has to tell by hand, by the reason. */
export function waysOf(
  updates: readonly UpdateRecord[],
  names: ReadonlyMap<string, string>,
  identified: Pick<IdentifiedAct, 'language'>,
): string[] {
  const { language } = identified;
  const join = (all: readonly UpdateRecord[]): string =>
    [...new Set(all.flatMap(({ customers }) => customers).map((id) => names.get(id) ?? id))].join(
      language === 'ja' ? '、' : ', ',
    );
  const leaving = updates.filter(({ state }) => state === 'sending');
  const byHand = Map.groupBy(
    updates.filter(({ state }) => state !== 'sending'),
    ({ error }) => error ?? '',
  );
  return [
    ...(leaving.length > 0 ? [fillIn(modalWords.leaves[language], { names: join(leaving) })] : []),
    ...[...byHand].map(([why, all]) =>
      fillIn(modalWords.byHand[language], { names: join(all), why: sayWhy(why, identified) }),
    ),
  ];
}

/** A reason in the reader's language; the tool's own words stay as they are. */
export function sayWhy(why: string, { language }: Pick<IdentifiedAct, 'language'>): string {
  const customer = policy.customerLabel[language];
  const named = nameOf('updateWhy', why, language, customer);
  return named === why ? (sayRecorded(why, language, customer) ?? why) : named;
}
