/** The ticket tools of this machine alone: a clock that moves when it is told to, and doors that note what is posted to them. */
import { createServer } from 'node:http';
import { Faults } from '../../../infra/cloud/src/faults.ts';
import { openStorage } from '../../../infra/cloud/src/storage.ts';
import { listen } from '../../../infra/local/front.ts';
import { answerTools, overhear } from '../../../infra/stubs/routes.ts';
import { createTools } from '../../../infra/stubs/service.ts';
import type { Call } from '../../../infra/stubs/tool.ts';
import { createToken } from '../../../infra/stubs/zendesk-tokens.ts';

export const start = Date.parse('2026-11-24T10:00:00Z');

export const environment = {
  ZENDESK_OAUTH_CLIENT_ID: 'metronome',
  ZENDESK_OAUTH_CLIENT_SECRET: 'zendesk-client-secret',
  ZENDESK_SIGNING_SECRET: 'zendesk-secret',
  INTERCOM_ACCESS_TOKEN: 'intercom-token',
  INTERCOM_ADMIN_ID: '991',
  INTERCOM_CLIENT_SECRET: 'intercom-secret',
  FRESHDESK_API_KEY: 'freshdesk-key',
  FRESHDESK_TOKEN: 'freshdesk-token',
  JIRA_API_EMAIL: 'agent@example.jp',
  JIRA_API_TOKEN: 'jira-token',
  JIRA_WEBHOOK_SECRET: 'jira-secret',
};

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** What Zendesk's token is asked for by. */
export const zendeskGrant = {
  grant_type: 'client_credentials',
  client_id: environment.ZENDESK_OAUTH_CLIENT_ID,
  client_secret: environment.ZENDESK_OAUTH_CLIENT_SECRET,
  scope: 'read write',
};

/** A token of two days, the longest that Zendesk gives. */
function zendeskProof(): string {
  const call = { body: { ...zendeskGrant, expires_in: 172_799 }, environment, now: start };
  return `Bearer ${(createToken(call as unknown as Call).body as { access_token: string }).access_token}`;
}

export const proofs = {
  zendesk: zendeskProof(),
  intercom: 'Bearer intercom-token',
  freshdesk: basic('freshdesk-key:X'),
  jira: basic('agent@example.jp:jira-token'),
};
export type Tool = keyof typeof proofs;

export interface Posted {
  path: string;
  headers: Record<string, unknown>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at bodies of any shape
  body: any;
  at: number;
}

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at bodies of any shape
  body: any;
}

/** @param set what their owner has set */
export async function startTools(
  doorStatus: (posted: Posted) => number = () => 200,
  set: Record<string, string> = environment,
) {
  let now = start;
  const clock = { now: () => now, poke: () => undefined };
  const faults = new Faults();
  const posted: Posted[] = [];
  let house = '';
  const tools = createTools({ db: openStorage(undefined), clock, faults, environment: () => set, doors: () => house });
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/_local')) {
      void answerTools(tools, request, response);
      return;
    }
    overhear(tools, request, response);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const one = { path: request.url ?? '', headers: request.headers, text, body: JSON.parse(text), at: clock.now() };
      posted.push(one);
      // Where a redirection leads, nobody is to follow it.
      response.writeHead(doorStatus(one), { location: '/elsewhere' }).end();
    });
  });
  house = `http://127.0.0.1:${await listen(server, 0)}`;

  async function call(
    tool: Tool,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const response = await fetch(`${house}/_local/tools/${tool}/site${path}`, {
      method,
      headers: { authorization: proofs[tool], 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  }

  return {
    house,
    clock,
    faults,
    /** What came in at the doors, the tools' own webhooks and those of others. */
    posted,
    call,
    /** The same without a way over the network, and without a body where it takes none. @returns the status */
    ask: async (tool: Tool, method: string, site: string): Promise<number | undefined> => {
      const bytes = method === 'GET' ? undefined : Buffer.from('{}');
      return (await tools.call(tool, { method, site, headers: { authorization: proofs[tool] }, bytes }))?.status;
    },
    /** A webhook of the real tool comes in at its door. */
    tell: (tool: Tool, body: unknown) =>
      fetch(`${house}/tickets/${tool}`, { method: 'POST', body: JSON.stringify(body) }),
    async look(tool: Tool, id: string): Promise<Reply> {
      const response = await fetch(`${house}/_local/tools/${tool}/tickets/${id}`);
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    async advance(ms: number) {
      const to = now + ms;
      for (let due = tools.driven.nextDueAt(); due !== undefined && due <= to; due = tools.driven.nextDueAt()) {
        now = Math.max(now, due);
        await tools.driven.runDue(now);
      }
      now = to;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type LocalTools = Awaited<ReturnType<typeof startTools>>;
