/** The organisations of a ticket tool, as a proposal for `customers.csv`. Nothing is written to the tool. */
import type { ListedCustomer } from '../../functions/find/customer-list.ts';
import { listOf } from '../../functions/find/customer-list.ts';
import { readingForm } from '../../functions/incidents/search/reading-form.ts';
import { connectionOf, type ToolConnection } from '../../functions/outgoing/tickets/connection.ts';
import { converse } from '../../functions/outgoing/tickets/converse.ts';
import {
  type Conversation,
  failedRead,
  type GivenAnswer,
  idOf,
  isOk,
  type ToolAnswer,
  type ToolRequest,
} from '../../functions/outgoing/tickets/ticket-tool.ts';
import { now } from '../../functions/platform/clock.ts';
import type { Config } from '../../functions/platform/config.ts';
import { type Body, objectAt, objectsAt } from '../../functions/platform/loose.ts';

export const toolsWithOrganisations = ['zendesk', 'freshdesk', 'intercom'] as const;
export type ToolWithOrganisations = (typeof toolsWithOrganisations)[number];

const list = (path: string): ToolRequest => ({ operation: 'listOrganisations', method: 'GET', path });
const pageSize = 100;

interface Listing {
  first: string;
  all(answer: GivenAnswer): Body[];
  /** Of an organisation, the id that a team has given it. */
  ownId: string;
  /** The path of what follows; undefined at the end. @param path what was answered */
  next(answer: GivenAnswer, path: string): string | undefined;
}

const listings: Readonly<Record<ToolWithOrganisations, Listing>> = {
  // developer.zendesk.com, “List Organizations” and “Using cursor pagination”.
  zendesk: {
    first: `/api/v2/organizations.json?page%5Bsize%5D=${pageSize}`,
    all: ({ body }) => objectsAt(body, 'organizations'),
    ownId: 'external_id',
    next({ body }) {
      const { has_more, after_cursor } = objectAt(body, 'meta');
      const isMore = has_more === true && typeof after_cursor === 'string';
      return isMore ? `${listings.zendesk.first}&page%5Bafter%5D=${encodeURIComponent(after_cursor)}` : undefined;
    },
  },
  // developers.freshdesk.com, “List All Companies”: pages are counted, and the last one is not full.
  freshdesk: {
    first: `/api/v2/companies?per_page=${pageSize}&page=1`,
    all: ({ body }) => objectsAt(body),
    ownId: 'external_id',
    next: (answer, path) =>
      listings.freshdesk.all(answer).length < pageSize
        ? undefined
        : path.replace(/\d+$/, (page) => String(Number(page) + 1)),
  },
  // developers.intercom.com, “Scroll over all companies”: it ends with an empty page, and one at a time is open.
  intercom: {
    first: '/companies/scroll',
    all: ({ body }) => objectsAt(body, 'data'),
    ownId: 'company_id',
    next(answer) {
      const { scroll_param } = objectAt(answer.body);
      const isMore = listings.intercom.all(answer).length > 0 && typeof scroll_param === 'string';
      return isMore ? `/companies/scroll?scroll_param=${encodeURIComponent(scroll_param)}` : undefined;
    },
  },
};

/** @throws Error naming the variables that are not set */
export function organisationsAt(tool: ToolWithOrganisations, config: Config): ToolConnection {
  // Only for writing.
  const connection = connectionOf(tool, { ...config, INTERCOM_ADMIN_ID: config.INTERCOM_ADMIN_ID ?? 'none' });
  if ('missing' in connection) throw new Error(`Set ${connection.missing.join(' and ')} in this shell.`);
  const { credentials } = connection;
  return credentials ? { ...connection, credentials: { ...credentials, scope: 'organizations:read' } } : connection;
}

/** @throws Error if the tool refuses, or does not answer for long */
export async function listOrganisations(
  tool: ToolWithOrganisations,
  connection: ToolConnection,
  pause: (ms: number) => Promise<unknown>,
): Promise<ListedCustomer[]> {
  const { first, all, ownId, next } = listings[tool];
  const organisations = new Map<string, ListedCustomer>();
  for (let path: string | undefined = first; path !== undefined; ) {
    const answer: GivenAnswer = await askPatiently(list(path), connection, pause);
    for (const each of all(answer)) {
      const [id, own] = [idOf(each.id), idOf(each[ownId])];
      const name = typeof each.name === 'string' ? each.name.replaceAll(/\s+/g, ' ').trim().slice(0, 200) : '';
      if (id && name)
        organisations.set(id, { id, name, aliases: own && own !== id ? [own.trim()].filter(Boolean) : [] });
    }
    path = next(answer, path);
  }
  return [...organisations.values()];
}

const mostTries = 6;
const way = { allowPrivate: true, timeoutMs: 30_000 };

async function askPatiently(
  request: ToolRequest,
  connection: ToolConnection,
  pause: (ms: number) => Promise<unknown>,
): Promise<GivenAnswer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await converse(one(request), connection, way);
    if (isOk(answer)) return answer;
    const at = now().getTime();
    const failed = failedRead(answer, at);
    if (failed.kind !== 'retry' || tries === mostTries) throw new Error(`${connection.tool.tool}: ${failed.why}`);
    await pause(Math.min(Math.max((failed.until?.getTime() ?? at) - at, tries * 1_000), 60_000));
  }
}

function* one(request: ToolRequest): Conversation<ToolAnswer> {
  return yield request;
}

export interface Proposal {
  rows: ListedCustomer[];
  /** Rows that are new, and those that got the organisation's id as an alias since their names are the same. */
  added: number;
  aliased: number;
}

/**
 * The team's rows stay unchanged. Two organisations with one name stay two rows: only people know whether they are
 * one.
 */
export function propose(before: readonly ListedCustomer[], organisations: readonly ListedCustomer[]): Proposal {
  const { byForm } = listOf(before);
  const aliases = new Map<string, string[]>();
  const added: ListedCustomer[] = [];
  const listed = new Set(before.map(({ id }) => id));
  const ofTool = new Set(organisations.map(({ id }) => id));
  for (const each of organisations) {
    if (listed.has(each.id) || byForm.has(readingForm(each.id))) continue;
    const same = byForm.get(readingForm(each.name));
    if (same && !ofTool.has(same.id)) aliases.set(same.id, [...(aliases.get(same.id) ?? []), each.id]);
    else added.push(each);
  }
  const rows = before.map((row) => ({ ...row, aliases: [...row.aliases, ...(aliases.get(row.id) ?? [])] }));
  return { rows: [...rows, ...added], added: added.length, aliased: aliases.size };
}
