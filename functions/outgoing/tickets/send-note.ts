/** Publishes an internal note to the reporter, under an id that follows from its content, so once each. */
import type { Sender } from '../../incidents/facts/decision.ts';
import { codeOf } from '../../incidents/incident.ts';
import { type Note, noteSchema } from '../../incidents/outbox/notes.ts';
import { ticketTools } from '../../incidents/outbox/sending.ts';
import type { Contact } from '../../incidents/rhythm/contact.ts';
import { readConfig } from '../../platform/config.ts';
import { newDelivery } from '../../platform/delivery.ts';
import { PerEnvironment } from '../../platform/environment.ts';
import { allOf, collections, createOnce, incidentRef, updateRef } from '../../platform/firestore.ts';
import { stableId } from '../../platform/ids.ts';
import { log } from '../../platform/log.ts';
import { milliseconds, type Policy } from '../../policy.ts';
import { lacks } from './connection.ts';
import { writeNote } from './note-text.ts';
import { publishUpdates } from './publish-updates.ts';
import type { UpdateRecord } from './update.ts';

type About = Parameters<Sender>[1];

export const sendNote: Sender = async (sends, about) => {
  const { now, policy } = about;
  const note = noteSchema.parse(sends);
  const config = readConfig();
  const text = writeNote(note, codeOf(note.incidentId), config.CONSOLE_URL, policy);
  const tickets = (await ticketsToTell(note)).filter(({ tool }) => lacks(tool, config) === undefined);
  const records = tickets.flatMap((ticket) => {
    const at = takeTurn(ticket.tool, now, policy);
    if (at.getTime() - now.getTime() <= longestWaitMs) return recordOf(note, ticket, text, at, about);
    log('WARNING', 'note left out: too many wait', { incidentId: note.incidentId, tool: ticket.tool });
    return [];
  });
  // If the note exists already, an earlier look has stored it.
  await Promise.all(records.map((each) => createOnce(updateRef(each.id), each)));
  await publishUpdates(records.map((each) => each.id));
};

/** A note that would come later is of no use to anybody. */
const longestWaitMs = 3_600_000;
/** When the next note's turn is, by tool. A restart forgets it. */
const turns = new PerEnvironment(() => new Map<string, number>());

/** The first notes leave at once, further ones at the policy's rate. */
function takeTurn(tool: string, now: Date, policy: Policy): Date {
  const everyMs = 60_000 / policy.outgoing.notesAMinute;
  const turn = Math.max(turns.get().get(tool) ?? 0, now.getTime());
  turns.get().set(tool, turn + everyMs);
  return turn - now.getTime() < 60_000 ? now : new Date(turn);
}

/** An end is noted on every reporter's ticket; the beginning only on the first. */
async function ticketsToTell(note: Note): Promise<Note['ticket'][]> {
  if (note.kind === 'filed' || note.kind === 'reclassified') return [note.ticket];
  const found = await incidentRef(note.incidentId).collection(collections.contacts).get();
  const others = allOf<Contact>(found).flatMap(({ ticket }) => {
    const tool = ticketTools.find((each) => each === ticket?.tool);
    return ticket && tool ? [{ tool, id: ticket.id }] : [];
  });
  const all = [note.ticket, ...others];
  return [...new Map(all.map((each) => [`${each.tool} ${each.id}`, each])).values()];
}

/** @param at when its turn is */
function recordOf(note: Note, ticket: Note['ticket'], text: string, at: Date, { now, policy }: About): UpdateRecord {
  const batchId = stableId('noteb', note.incidentId, note.kind, note.at.getTime());
  return {
    id: stableId('note', batchId, ticket.tool, ticket.id),
    incidentId: note.incidentId,
    batchId,
    customers: [],
    tool: ticket.tool,
    ticketId: ticket.id,
    url: null,
    text,
    isRecovery: false,
    isNote: true,
    state: 'sending',
    requestedAt: at,
    requestedBy: 'rule',
    sentAt: null,
    commentId: null,
    error: null,
    soughtSince: now,
    delivery: newDelivery(at, { retryAt: at > now ? at : null, updatedAt: now }),
    expireAt: new Date(now.getTime() + milliseconds(policy.outgoing.keptFor)),
  };
}
