/** Everything that calls other systems within their limits: updates, Slack's notices and cards, Jira's issues, and Notion. */
import * as z from 'zod';
import type { ActionTickets } from '../incidents/outbox/action-tickets.ts';
import { ticketTools } from '../incidents/outbox/sending.ts';
import { quarantineMessage } from '../incidents/signals/quarantine.ts';
import type { ExportSource } from '../incidents/views/exported.ts';
import { isDeployed } from '../platform/config.ts';
import { jsonIn } from '../platform/loose.ts';
import { type Message, messageDoor } from '../platform/message.ts';
import { noticeSchema } from '../platform/notice-schemas.ts';
import { milliseconds, policy } from '../policy.ts';
import { topics } from '../topology.ts';
import { slackAppChannel } from './channels/channel.ts';
import { receiverReasons } from './channels/receivers.ts';
import { deliverOnce } from './deliver-once.ts';
import { syncNotion } from './notion/sync.ts';
import { editCards, orderOf } from './slack/edit-cards.ts';
import { seeToActionTicket } from './tickets/action-ticket.ts';
import { readReply } from './tickets/read-reply.ts';
import { sendUpdate } from './tickets/send-update.ts';
import { tryConnection } from './tickets/try-connection.ts';
import { sentIdForm } from './tickets/update.ts';
import { triedOn } from './tried-on.ts';

const messageSchema = z.union([
  z.object({ updateId: z.string().regex(sentIdForm) }),
  z.object({ readReply: z.string().regex(/^sig_[\da-f]{24}$/) }),
  z.object({ tryTool: z.enum(ticketTools) }),
  z.object({ sync: z.enum(['notion', 'pages']) }),
  z.object({ cardsOf: z.string().regex(/^inc_[\w-]{1,64}$/) }),
  z.object({ notice: noticeSchema, channel: slackAppChannel, why: z.enum(receiverReasons) }),
  z.object({ actionTicket: z.string().regex(/^act_[\da-f]{24}$/) }),
]);

/** The modules that store requests, each loaded on first use. */
interface Loaders {
  exportSource(): Promise<ExportSource>;
  actionTickets(): Promise<ActionTickets>;
  publishPages(): Promise<void>;
}

export const outgoingWith = (kept: Loaders) =>
  messageDoor(async (message) => {
    const read = messageSchema.safeParse(jsonIn(message.bytes));
    if (read.success) return triedOn(message, topics.outgoing, () => workOn(read.data, message, kept));
    const why = 'The message names nothing that is to be sent.';
    await quarantineMessage('outgoing', message, topics.outgoing, why);
  });

function workOn(asked: z.infer<typeof messageSchema>, message: Message, kept: Loaders): Promise<void> {
  if ('cardsOf' in asked) return editCards(asked.cardsOf, orderOf(message));
  if ('notice' in asked) return deliverOnce(asked);
  const way = { allowPrivate: !isDeployed(), timeoutMs: milliseconds(policy.outgoing.toolTimeout) };
  if ('tryTool' in asked) return tryConnection(asked.tryTool, way);
  if ('readReply' in asked) return readReply(asked.readReply, way);
  if ('sync' in asked) return asked.sync === 'pages' ? kept.publishPages() : syncNotion(way, kept.exportSource);
  if ('updateId' in asked) return sendUpdate(asked.updateId, way);
  return seeToActionTicket(asked.actionTicket, way, kept.actionTickets);
}
