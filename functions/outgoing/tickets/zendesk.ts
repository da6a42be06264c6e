/** Zendesk: a comment is an update of its ticket, which is refused where the ticket has changed since it was read. Pure. */

import { refuse } from '../../words/refusals/refuse.ts';
import { htmlOf, isSameText } from './comment-text.ts';
import {
  askWhoWeAre,
  type Conversation,
  earliestOf,
  failedRead,
  failedWrite,
  foundAs,
  idOf,
  instantOf,
  isOk,
  isTaken,
  listIn,
  type OwnComment,
  objectIn,
  type SendOutcome,
  sentAs,
  type TicketTool,
  type ToolAnswer,
  textIn,
} from './ticket-tool.ts';

/** Triggers change a ticket just after somebody else has: so often the new state is read and the update sent again. */
const mostStamps = 4;

export const zendesk: TicketTool = {
  tool: 'zendesk',
  refuseText: (text) => (/\{\{|\{%/.test(text) ? refuse('placeholder-for-zendesk') : undefined),
  introduce: (now) =>
    askWhoWeAre('/api/v2/users/me.json', now, (body) => {
      const { id, name, email, role, only_private_comments } = objectIn(body, 'user');
      // Without credentials Zendesk answers all the same, as an anonymous user; a light agent answers no customer.
      const isAgent = idOf(id) !== undefined && role !== 'end-user' && only_private_comments !== true;
      return isAgent ? (textIn(name) ?? textIn(email)) : undefined;
    }),
  send,
  *find(comment, since, now) {
    const answer = yield listComments(comment.ticketId);
    if (!isOk(answer)) return failedRead(answer, now);
    const earliest = earliestOf(answer, since, now);
    const own = listIn(answer.body, 'comments').find((each) => isOwn(each, comment, earliest));
    return foundAs(own, own?.created_at);
  },
};

/** A light agent's comments are private, whatever the request says (Zendesk help, light agent permissions). */
const withheld = {
  kind: 'withheld',
  why: 'Zendesk has kept the comment as an internal note: the account may not write to customers. Is it a light agent?',
} as const;

function* send(comment: OwnComment, now: number): Conversation<SendOutcome> {
  const path = ticketPath(comment.ticketId);
  let { seen } = comment;
  for (let stamps = 0; stamps < mostStamps; stamps += 1) {
    const read = yield { operation: 'getTicket', method: 'GET', path };
    if (!isOk(read)) return seenAt(seen, failedRead(read, now));
    const { status, updated_at } = objectIn(read.body, 'ticket');
    const stamp = typeof updated_at === 'string' ? updated_at : undefined;
    if (status === 'closed') return { kind: 'by-hand', why: 'The ticket is closed.' };
    if (comment.isPublic && seen !== undefined && stamp !== seen) {
      const listed = yield listComments(comment.ticketId);
      if (!isOk(listed)) return seenAt(seen, failedRead(listed, now));
      // What was asked for before and not answered may have been taken since it was looked for.
      const own = ownIn(listed, comment, instantOf(seen) ?? 0);
      if (own) return { kind: 'sent', commentId: own };
      const other = saidSince(seen, listIn(listed.body, 'comments'));
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
  return isTriedAgain && seen !== undefined ? { ...outcome, seen } : outcome;
}

/** Comments that existed at the first read were visible to the person who confirmed the text. */
function saidSince(seen: string, comments: Record<string, unknown>[]): Record<string, unknown> | undefined {
  const since = instantOf(seen) ?? 0;
  return comments.find((each) => each.public === true && (instantOf(each.created_at) ?? 0) > since);
}

/** Undefined where the ticket has changed since it was read. */
function outcomeOf(written: ToolAnswer, { isPublic }: OwnComment, now: number): SendOutcome | undefined {
  if (written.status === 409) return undefined;
  const isClosed = written.status === 422 && /status: closed/i.test(JSON.stringify(written.body));
  if (isClosed) return { kind: 'by-hand', why: 'The ticket is closed.' };
  if (!isOk(written)) return failedWrite(written, now);
  const event = listIn(written.body, 'audit', 'events').find((each) => each.type === 'Comment');
  if (isPublic && event?.public === false) return withheld;
  return sentAs(written, event?.id);
}

function ownIn(listed: ToolAnswer & { body: unknown }, comment: OwnComment, earliest: number): string | undefined {
  const own = listIn(listed.body, 'comments').find((each) => isOwn(each, comment, earliest));
  return own && idOf(own.id);
}

function conflictWith(other: Record<string, unknown>): SendOutcome {
  const text = [other.plain_body, other.body].find((each) => typeof each === 'string') ?? '';
  return { kind: 'conflict', text: String(text).slice(0, 2_000), author: idOf(other.author_id) ?? '' };
}

const ticketPath = (id: string): string => `/api/v2/tickets/${encodeURIComponent(id)}.json`;

const listComments = (id: string) =>
  ({
    operation: 'listComments',
    method: 'GET',
    path: `/api/v2/tickets/${encodeURIComponent(id)}/comments.json?sort=-created_at&page%5Bsize%5D=100`,
  }) as const;

function isOwn(each: Record<string, unknown>, comment: OwnComment, earliest: number): boolean {
  if (each.public !== comment.isPublic || isTaken(comment, each)) return false;
  if ((instantOf(each.created_at) ?? 0) < earliest) return false;
  return isSameText(comment.text, { plain: [each.plain_body, each.body], html: [each.html_body] });
}
