/** Zendesk: a comment is an update of its ticket, which is refused where the ticket has changed since it was read. Pure. */
import { type Body, objectAt, objectsAt } from '../../platform/loose.ts';
import { refuse } from '../../words/refusals/refuse.ts';
import { htmlOf } from './comment-text.ts';
import type { Conversation, OwnComment, SendOutcome, TicketTool, ToolAnswer, ToolRequest } from './ticket-tool.ts';
import * as answers from './ticket-tool.ts';

/** Triggers change a ticket right after other changes: this often, the new state is read and the update sent again. */
const mostStamps = 4;

export const zendesk: TicketTool = {
  tool: 'zendesk',
  refuseText: (text) => (/\{\{|\{%/.test(text) ? refuse('placeholder-for-zendesk') : undefined),
  introduce: (now) =>
    answers.askWhoWeAre('/api/v2/users/me.json', now, (body) => {
      const { id, name, email, role, only_private_comments } = objectAt(body, 'user');
      // Without credentials Zendesk answers too, as an anonymous user; a light agent cannot reply to customers.
      const isAgent = answers.idOf(id) !== undefined && role !== 'end-user' && only_private_comments !== true;
      return isAgent ? (answers.textIn(name) ?? answers.textIn(email)) : undefined;
    }),
  send,
  *find(comment, since, now) {
    const answer = yield listComments(comment.ticketId);
    if (!answers.isOk(answer)) return answers.failedRead(answer, now);
    const own = ownIn(answer, comment, answers.earliestOf(answer, since, now));
    return answers.foundAs(own, own?.created_at);
  },
};

/** A light agent's comments are private, whatever the request says (Zendesk help, light agent permissions). */
const withheld =
  'Zendesk has kept the comment as an internal note: the account may not write to customers. Is it a light agent?';

/**
 * `from_messaging_channel` is true for a messaging conversation (web, WhatsApp, LINE; developer.zendesk.com, Tickets, JSON
 * format). Messages reach the customer through the Conversations API; a comment may be visible to agents only.
 */
const inMessaging = 'The ticket is a messaging conversation, where a comment may not reach them: answer it in Zendesk.';

function* send(comment: OwnComment, now: number): Conversation<SendOutcome> {
  const path = `/api/v2/tickets/${encodeURIComponent(comment.ticketId)}.json`;
  let { seen } = comment;
  for (let stamps = 0; stamps < mostStamps; stamps += 1) {
    const read = yield { operation: 'getTicket', method: 'GET', path };
    if (!answers.isOk(read)) return seenAt(seen, answers.failedRead(read, now));
    const { status, updated_at, from_messaging_channel } = objectAt(read.body, 'ticket');
    const stamp = typeof updated_at === 'string' ? updated_at : undefined;
    if (status === 'closed') return answers.byHand('The ticket is closed.');
    if (comment.isPublic && from_messaging_channel === true) return answers.byHand(inMessaging);
    if (comment.isPublic && seen !== undefined && stamp !== seen) {
      const listed = yield listComments(comment.ticketId);
      if (!answers.isOk(listed)) return seenAt(seen, answers.failedRead(listed, now));
      // An earlier request that got no answer may have been applied after the ticket was searched for its comment.
      const own = answers.idOf(ownIn(listed, comment, answers.instantOf(seen) ?? 0)?.id);
      if (own) return answers.delivered({ commentId: own });
      const other = saidSince(seen, objectsAt(listed.body, 'comments'));
      if (other) return conflictWith(other);
    }
    seen ??= stamp;
    const written = yield {
      operation: 'updateTicket',
      method: 'PUT',
      path,
      body: {
        ticket: {
          comment: { html_body: htmlOf(comment.text), public: comment.isPublic },
          metadata: { metronome: comment.reference },
          ...(stamp === undefined ? {} : { safe_update: true, updated_stamp: stamp }),
        },
      },
    };
    const taken = outcomeOf(written, comment, now);
    if (taken) return seenAt(seen, taken);
  }
  return seenAt(seen, { kind: 'retry', why: 'The ticket changed each time that it was read.' });
}

/** A retry knows the ticket's first version. */
function seenAt(seen: string | undefined, outcome: SendOutcome): SendOutcome {
  const isTriedAgain = outcome.kind === 'retry' || outcome.kind === 'unknown';
  return isTriedAgain && seen !== undefined ? { ...outcome, fields: { seen } } : outcome;
}

/** Comments that existed at the first read were visible to the person who confirmed the text. */
function saidSince(seen: string, comments: Body[]): Body | undefined {
  const since = answers.instantOf(seen) ?? 0;
  return comments.find((each) => each.public === true && (answers.instantOf(each.created_at) ?? 0) > since);
}

/** Undefined where the ticket has changed since it was read. */
function outcomeOf(written: ToolAnswer, { isPublic }: OwnComment, now: number): SendOutcome | undefined {
  if (written.status === 409) return undefined;
  const isClosed = written.status === 422 && /status: closed/i.test(JSON.stringify(written.body));
  if (isClosed) return answers.byHand('The ticket is closed.');
  if (!answers.isOk(written)) return answers.failedWrite(written, now);
  const event = objectsAt(written.body, 'audit', 'events').find((each) => each.type === 'Comment');
  if (isPublic && event?.public === false) return { kind: 'rejected', why: withheld };
  return answers.sentAs(written, event?.id);
}

const ownIn = ({ body }: { body: unknown }, comment: OwnComment, earliest: number): Body | undefined =>
  objectsAt(body, 'comments').find((each) => {
    const forms = { plain: [each.plain_body, each.body], html: [each.html_body] };
    const isSeen = each.public === comment.isPublic;
    return isSeen && answers.isOurs(comment, each, answers.instantOf(each.created_at) ?? 0, earliest, forms);
  });

/** The sender should first see the reply that was just posted. */
function conflictWith(other: Body): SendOutcome {
  const text = [other.plain_body, other.body].find((each) => typeof each === 'string') ?? '';
  const said = String(text).slice(0, 2_000);
  return { kind: 'rejected', why: `Somebody has answered the customer just before; read it and decide again: ${said}` };
}

const listComments = (id: string): ToolRequest => ({
  operation: 'listComments',
  method: 'GET',
  path: `/api/v2/tickets/${encodeURIComponent(id)}/comments.json?sort=-created_at&page%5Bsize%5D=100`,
});
