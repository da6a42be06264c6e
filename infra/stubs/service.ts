/**
 * The ticket tools of this machine. Each answers below `/_local/tools/<tool>/site` as the real one does, learns of tickets
 * from the webhooks that reach the house's doors, and posts its own when a comment is added.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import type { Driven, LocalClock } from '../cloud/src/clock.ts';
import type { Fault, Faults } from '../cloud/src/faults.ts';
import { freshdesk } from './freshdesk.ts';
import { intercom } from './intercom.ts';
import { jira } from './jira.ts';
import { Limits } from './limits.ts';
import { meetFault, retryAfterOf, statusOf } from './meet-fault.ts';
import { openTickets } from './ticket-store.ts';
import type { Answer, Call, Environment, NewComment, Stub, Ticket, TicketStore, ToolName } from './tool.ts';
import { decodedPart, isRecord } from './values.ts';
import { Webhooks } from './webhooks.ts';
import { zendesk } from './zendesk.ts';

const stubs = new Map<ToolName, Stub>([zendesk, intercom, freshdesk, jira].map((each) => [each.tool, each]));

export interface ToolsOptions {
  db: DatabaseSync;
  clock: Pick<LocalClock, 'now' | 'poke'>;
  faults: Faults;
  fetch?: typeof fetch;
  /** The environment. */
  environment(): Environment;
  /** The base address of the doors that receive webhooks. */
  doors(): string;
}

export interface TicketView extends Ticket {
  comments: { id: string; body: string; isPublic: boolean; author: string; createdAt: string }[];
}

/** A call of a tool's API, as it has arrived. */
export interface Arrived {
  /** The path after the tool's address, with its query. */
  site: string;
  method: string;
  headers: IncomingMessage['headers'];
  bytes: Buffer | undefined;
}

export interface Tools {
  driven: Driven;
  /** @returns undefined if no answer is given */
  call(tool: ToolName, arrived: Arrived): Promise<Answer | undefined>;
  /** Answers a call of a tool's API. @param site what follows the tool's address, with its query */
  answer(tool: ToolName, site: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
  ticket(tool: ToolName, id: string): TicketView | undefined;
  /** Takes note of a webhook that one of the doors has taken. */
  learn(tool: ToolName, body: Buffer): void;
}

const longestBodyBytes = 4 * 1024 * 1024;

export function createTools(options: ToolsOptions): Tools {
  const { db, clock, faults, fetch = globalThis.fetch, doors, environment } = options;
  const webhooks = new Webhooks({ db, clock, fetch, doors, stubs, environment });
  const open = new Map(
    [...stubs.values()].map((stub) => [
      stub.tool,
      { stub, tickets: openTickets(db, stub.tool), limits: new Limits(stub.limits) },
    ]),
  );
  type Open = { stub: Stub; tickets: TicketStore; limits: Limits };
  const of = (tool: ToolName): Open => open.get(tool) as Open;

  async function answer(tool: ToolName, site: string, request: IncomingMessage, response: ServerResponse) {
    const { method = 'GET', headers } = request;
    const answered = await call(tool, { site, method, headers, bytes: await readBytes(request) });
    if (answered) send(response, answered);
    // Without an answer the caller waits until its own timeout.
  }

  async function call(tool: ToolName, arrived: Arrived): Promise<Answer | undefined> {
    const answered = await judge(of(tool), arrived);
    // The tools' time is the house's.
    const date = new Date(clock.now()).toUTCString();
    return answered && { ...answered, headers: { date, ...answered.headers } };
  }

  async function judge(
    { stub, tickets, limits }: Open,
    { site, method, headers, bytes }: Arrived,
  ): Promise<Answer | undefined> {
    const url = new URL(site, 'http://tool.invalid');
    const now = clock.now();
    const refused = stub.refuse(headers, environment(), { method, path: url.pathname, now });
    if (refused) return refused;
    const operation = stub.operations.find((each) => each.method === method && each.path.test(url.pathname));
    if (!operation) return stub.notFound;
    const ticketId = decodedPart(operation.path.exec(url.pathname)?.[1] ?? '');
    if (ticketId === undefined) return stub.notFound;
    const { spent, exceeded } = limits.spend(operation.name, ticketId, now);
    if (exceeded) {
      const answer = stub.tooMany(exceeded, now);
      return { ...answer, headers: { ...stub.limitHeaders(spent, now), ...answer.headers } };
    }
    const body = bytes === undefined ? undefined : parse(bytes);
    if (method !== 'GET' && !isRecord(body)) return stub.notJson;
    const asked: Call = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body,
      now,
      environment: environment(),
    };
    const fault = faults.take(`tools.${stub.tool}.${operation.name}`, ticketId);
    return withFault(stub, fault, async () => {
      const { said, ...answered } = operation.answer(asked, ticketId, tickets);
      if (said) await tell(stub, said);
      return { ...answered, headers: { ...stub.limitHeaders(spent, now), ...answered.headers } };
    });
  }

  /** Posts the webhook about a message soon after the answer, unless a fault changes that. */
  async function tell(stub: Stub, said: NewComment): Promise<void> {
    const posting = stub.webhook(said, clock.now());
    if (!posting) return;
    const fault = faults.take(`tools.${stub.tool}.webhook`, said.ticket.id);
    switch (fault?.effect) {
      case 'fail':
      case 'hang':
        return;
      case 'reorder':
        await webhooks.post(stub.tool, posting.path, posting.body);
        return;
      case 'delay':
        webhooks.add(stub.tool, posting, fault.delayMs ?? 60_000);
        return;
      case 'double':
      case 'fail-after':
      case 'hang-after':
        webhooks.add(stub.tool, posting, 0);
        webhooks.add(stub.tool, posting, 0);
        return;
      case 'garble':
      case undefined:
        webhooks.add(stub.tool, posting, 0);
    }
  }

  function learn(tool: ToolName, bytes: Buffer): void {
    const { stub, tickets } = of(tool);
    const body = parse(bytes) ?? parse(withoutLastCommas(bytes));
    const told = isRecord(body) ? stub.told(body) : undefined;
    if (told) tickets.learn(told, clock.now());
  }

  function ticket(tool: ToolName, id: string): TicketView | undefined {
    const { tickets } = of(tool);
    const found = tickets.find(id);
    return (
      found && {
        ...found,
        comments: tickets.comments(found.id).map(({ id: commentId, text, isPublic, author, createdAt }) => ({
          id: commentId,
          body: text,
          isPublic,
          author: author.name,
          createdAt: new Date(createdAt).toISOString(),
        })),
      }
    );
  }

  return { driven: webhooks.driven, call, answer, ticket, learn };
}

/** What happens to a call, in the tool's own words. */
export async function withFault(
  stub: Pick<Stub, 'broken'>,
  fault: Fault | undefined,
  work: () => Promise<Answer>,
): Promise<Answer | undefined> {
  const answer = await meetFault(fault, () => failure(stub, fault), work);
  return fault?.effect === 'garble' ? { status: 200, body: {} } : answer;
}

function failure(stub: Pick<Stub, 'broken'>, fault: Fault | undefined): Answer {
  const status = statusOf(fault);
  const answer = stub.broken(status);
  return { ...answer, headers: { ...answer.headers, ...retryAfterOf(fault, status) } };
}

/** Undefined for no body, and for one that no tool would take. */
export async function readBytes(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= longestBodyBytes) chunks.push(chunk as Buffer);
  }
  return size === 0 || size > longestBodyBytes ? undefined : Buffer.concat(chunks);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Published templates of webhooks end in a comma, which is not JSON. */
const withoutLastCommas = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('utf8').replace(/,(\s*[}\]])/g, '$1'));

export function send(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  if (response.destroyed) return;
  if (body === undefined) response.writeHead(status, headers).end();
  else {
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      .end(JSON.stringify(body));
  }
}
