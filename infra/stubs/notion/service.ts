/**
 * The Notion of this machine. It answers below `/_local/tools/notion/site` as Notion does, and refuses what Notion refuses:
 * requests without a version, values of another type, what is too long, too much or too fast, and what is in the trash.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import type { LocalClock } from '../../cloud/src/clock.ts';
import type { Faults } from '../../cloud/src/faults.ts';
import { readBytes, send, withFault } from '../service.ts';
import { type Answer, type Environment, secretOf } from '../tool.ts';
import { decodedPart, isRecord } from '../values.ts';
import { errorAnswer, Refused } from './errors.ts';
import type { Page } from './objects.ts';
import { type NotionOperation, operations } from './operations.ts';
import { plainValue } from './properties.ts';
import { Workspace } from './store.ts';
import { plainText } from './text.ts';

interface NotionOptions {
  db: DatabaseSync;
  clock: Pick<LocalClock, 'now' | 'isJumping'>;
  faults: Faults;
  environment(): Environment;
}

/** A page of a data source as a person sees it: values by the names of their properties, and the text beneath. */
export interface PageView {
  id: string;
  dataSource: string;
  dataSourceId: string;
  title: string;
  inTrash: boolean;
  properties: Record<string, unknown>;
  blocks: { id: string; type: string; text: string }[];
}

/** How often it was asked since it was started. */
export interface Asked {
  /** Counts by operation, including calls that were answered with an error. */
  taken: Record<string, number>;
  /** Calls answered with 429 because they came too fast. */
  tooFast: number;
}

export interface Notion {
  /** Answers a call of the API. @param site what follows the address, with its query */
  answer(site: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** All pages of all data sources, including the trash; in the order of creation. */
  pages(): PageView[];
  asked(): Asked;
}

const versions = ['2025-09-03', '2026-03-11'];
const longestBodyBytes = 500 * 1024;
/** The average rate a second, and the largest burst. */
const perSecond = 3;
/** While the clock jumps no seconds pass between what happens at one instant: there the minute's share is what counts. */
const perMinute = 180;

export function createNotion({ db, clock, faults, environment }: NotionOptions): Notion {
  const workspace = new Workspace(db);
  const second = new Bucket(perSecond, perSecond / 1_000);
  const minute = new Bucket(perMinute, perSecond / 1_000);
  const busy = new Set<string>();
  const asked: Asked = { taken: {}, tooFast: 0 };

  async function answer(site: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await readBytes(request);
    const answered = await judge(site, request, bytes);
    if (answered) send(response, answered);
    // Without an answer the caller waits until its own timeout.
  }

  /** @returns undefined if no answer is given */
  async function judge(
    site: string,
    { method = 'GET', headers }: IncomingMessage,
    bytes: Buffer | undefined,
  ): Promise<Answer | undefined> {
    const token = secretOf(environment(), 'NOTION_TOKEN');
    if (!token || headers.authorization !== `Bearer ${token}`) return errorAnswer(401, 'API token is invalid.');
    const version = headers['notion-version'];
    if (version === undefined) {
      const message =
        'Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`.';
      return errorAnswer(400, message, 'missing_version');
    }
    if (!versions.includes(String(version))) {
      const message = `Notion-Version header failed validation: it should be one of ${versions.join(', ')} here, instead was \`"${String(version)}"\`.`;
      return errorAnswer(400, message);
    }
    const url = new URL(site, 'http://notion.invalid');
    const path = url.pathname.replace(/^\/v1/, '');
    const operation = url.pathname.startsWith('/v1/')
      ? operations.find((each) => each.method === method && each.path.test(path))
      : undefined;
    if (!operation) return errorAnswer(400, 'Invalid request URL.', 'invalid_request_url');
    const waitMs = spend();
    if (waitMs > 0) {
      asked.tooFast += 1;
      return tooMany(waitMs);
    }
    asked.taken[operation.name] = (asked.taken[operation.name] ?? 0) + 1;
    const body = bytes === undefined ? {} : parse(bytes);
    if (bytes === undefined && Number(headers['content-length'] ?? 0) > 0)
      return errorAnswer(413, 'Payload too large.', 'validation_error');
    if (bytes && bytes.length > longestBodyBytes) return errorAnswer(413, 'Payload too large.', 'validation_error');
    if (!body) return errorAnswer(400, 'Error parsing JSON body.', 'invalid_json');
    const [, part = ''] = operation.path.exec(path) ?? [];
    const id = decodedPart(part) ?? part;
    const property = /\/properties\/([^/]+)$/.exec(path)?.[1];
    if (property) url.searchParams.set('property', property);
    const fault = faults.take(`tools.notion.${operation.name}`, id);
    const isWrite = method !== 'GET' && operation.name !== 'queryDataSource';
    // If two writes to one page come at once, Notion saves one.
    if (isWrite && id !== '' && busy.has(id)) return errorAnswer(409);
    if (isWrite && id !== '') busy.add(id);
    try {
      return await withFault({ broken: brokenBy }, fault, async () => run(operation, url.searchParams, body, id));
    } finally {
      if (isWrite) busy.delete(id);
    }
  }

  function run(operation: NotionOperation, query: URLSearchParams, body: Record<string, unknown>, id: string): Answer {
    try {
      const told = operation.answer({ workspace, query, body, now: clock.now() }, id);
      workspace.save();
      return { status: 200, body: told };
    } catch (error) {
      if (error instanceof Refused) return errorAnswer(error.status, error.message, error.code);
      process.stderr.write(`notion: ${error instanceof Error ? error.stack : String(error)}\n`);
      return errorAnswer(500);
    }
  }

  /** @returns how long to wait, milliseconds; 0 if the request is taken */
  function spend(): number {
    const now = clock.now();
    const buckets = clock.isJumping ? [minute] : [second, minute];
    const waitMs = Math.max(...buckets.map((each) => each.waitMs(now)));
    if (waitMs === 0) for (const each of buckets) each.take(now);
    return waitMs;
  }

  function pages(): PageView[] {
    return workspace.dataSources().flatMap(({ id, title, properties }) =>
      workspace.pagesOf(id).map((page) => ({
        id: page.id,
        dataSource: title,
        dataSourceId: id,
        title: titleOfPage(page, properties),
        inTrash: page.isInTrash,
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, each]) => [name, plainValue(each, page.values[each.id])]),
        ),
        blocks: workspace
          .blocksOf(page.id)
          .filter((each) => !each.isInTrash)
          .map((each) => ({ id: each.id, type: each.type, text: plainText(each.text) })),
      })),
    );
  }

  return { answer, pages, asked: () => structuredClone(asked) };
}

function titleOfPage(page: Page, properties: Record<string, { id: string; type: string }>): string {
  const title = Object.values(properties).find(({ type }) => type === 'title');
  const value = title && page.values[title.id];
  return Array.isArray(value) ? plainText(value as never) : '';
}

function tooMany(waitMs: number): Answer {
  const seconds = String(Math.max(1, Math.ceil(waitMs / 1_000)));
  const answer = errorAnswer(429);
  const more = { rate_limit_reason: 'public_api_request_rate_limit', retry_after: seconds };
  return {
    ...answer,
    headers: { 'retry-after': seconds },
    body: { ...(answer.body as object), additional_data: more },
  };
}

const brokenBy = (status: number): Answer => errorAnswer(status);

/** Tokens refill at a steady pace, up to a limit. */
class Bucket {
  readonly #most: number;
  readonly #perMs: number;
  #tokens: number;
  #at = 0;

  constructor(most: number, perMs: number) {
    this.#most = most;
    this.#perMs = perMs;
    this.#tokens = most;
  }

  waitMs(now: number): number {
    // A clock that was set back starts over.
    const passedMs = now < this.#at ? Number.POSITIVE_INFINITY : now - this.#at;
    this.#tokens = Math.min(this.#most, this.#tokens + passedMs * this.#perMs);
    this.#at = now;
    return this.#tokens >= 1 ? 0 : (1 - this.#tokens) / this.#perMs;
  }

  take(now: number): void {
    this.waitMs(now);
    this.#tokens -= 1;
  }
}

function parse(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
