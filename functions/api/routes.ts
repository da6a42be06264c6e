/** Defines a route from its description and a handler, which gets the parsed request and returns data. */
import type { CollectionReference, DocumentSnapshot, Query } from '@google-cloud/firestore';
import { createRoute, type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { HonoRequest } from 'hono';
import { requireId } from '../find/read-incident.ts';
import { allOf, type collections, firestore } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { hasChanged, idParam, incidentParam, json, listOf, problem, weekParam } from './schemas.ts';
import { ifMatchHeader } from './stated-by.ts';

/** The parameters of a path: its names in braces. */
type Params<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Record<Name, string> & Params<Rest>
  : unknown;

interface Route<At extends string, Q extends z.ZodObject, B extends z.ZodType> {
  at: At & `${'GET' | 'POST' | 'PATCH' | 'DELETE'} /${string}`;
  operationId?: string;
  tags?: string[];
  summary: string;
  /** Set if the path's `{id}` or `{week}` differs from the usual one. */
  params?: z.ZodObject;
  query?: Q;
  headers?: z.ZodObject;
  body?: B;
  /** The first is the usual answer. Answers about a missing or changed record are added. */
  responses: RouteConfig['responses'];
  answer(asked: { params: Params<At>; query: z.output<Q>; body: z.output<B>; request: HonoRequest }): Promise<Answered>;
}

/** Data, with an `etag` if it shows one record; or an answer of another type. `status` defaults to the route's first response. */
type Answered = { json: object; etag?: string; status?: number } | { text: string; headers: Record<string, string> };

/** Paths with `{id}` accept an incident's code too. */
const namesIncident = (path: string): boolean => /\/(?:incidents|questions)\/\{id\}/.test(path);

function paramsOf(path: string) {
  if (path.includes('{id}')) return namesIncident(path) ? incidentParam : idParam;
  return path.includes('{week}') ? weekParam : undefined;
}

export function addRoute<At extends string, Q extends z.ZodObject = z.ZodObject, B extends z.ZodType = z.ZodType>(
  app: OpenAPIHono,
  route: Route<At, Q, B>,
): void {
  const { at, params = paramsOf(at), query, headers, body, responses, answer, ...rest } = route;
  const [method, path] = at.split(' ');
  const takesIfMatch = headers !== undefined && Object.keys(ifMatchHeader.shape).every((each) => each in headers.shape);
  const config: RouteConfig = {
    ...rest,
    method: method?.toLowerCase() as 'get' | 'post' | 'patch' | 'delete',
    path: path ?? '',
    request: {
      ...(params ? { params } : {}),
      ...(query ? { query } : {}),
      ...(headers ? { headers } : {}),
      ...(body ? { body: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    },
    responses: {
      ...(params === idParam || namesIncident(at) ? { 404: problem('Nothing has this ID') } : {}),
      ...(namesIncident(at) ? { 409: problem('Two incidents have this code; the answer names both IDs') } : {}),
      ...(params === weekParam ? { 422: problem('The week does not exist, or the request is invalid') } : {}),
      ...(takesIfMatch ? hasChanged : {}),
      ...responses,
    },
  };
  const status = Number(Object.keys(responses)[0]);
  app.openapi(createRoute(config), async ({ req: request }) => {
    // Hono derives what is valid from the route's type, which is generic here; the schemas have validated it.
    const valid = (target: 'param' | 'query' | 'json'): unknown => request.valid(target as never);
    const asked = valid('param') as Params<At> & { id: string };
    const answered = await answer({
      params: namesIncident(at) ? { ...asked, id: await requireId(asked.id) } : asked,
      query: valid('query') as z.output<Q>,
      body: valid('json') as z.output<B>,
      request,
    });
    if ('text' in answered) return new Response(answered.text, { status, headers: answered.headers });
    const tag: Record<string, string> = answered.etag === undefined ? {} : { etag: answered.etag };
    return Response.json(answered.json, { status: answered.status ?? status, headers: tag });
  });
}

/** Several queries are merged into one list, oldest first. */
type Narrowed = Query | readonly Query[];

interface List<Path extends string, Q extends z.ZodObject, T>
  extends Pick<Route<Path, Q, z.ZodType>, 'summary' | 'query'> {
  path: Path & `/${string}`;
  /** The list's name in the answer, if it is not the last part of the path. */
  name?: string;
  item: z.ZodType;
  /** The collection of the documents; a page token names one of them. */
  all: (typeof collections)[keyof typeof collections] | ((params: Params<Path>) => Promise<CollectionReference>);
  narrow?(all: Query, query: z.output<Q>, params: Params<Path>): Narrowed | Promise<Narrowed>;
  /** The field to sort by, and the direction. Default: by document ID. */
  order?: readonly [field: string, direction: 'asc' | 'desc'];
  /** Which of the documents read are shown. Default: all. */
  keep?(stored: T[]): T[];
  /** How a document is shown. Default: as stored. */
  present?(stored: T): object | Promise<object>;
}

export function addList<Path extends string, Q extends z.ZodObject = z.ZodObject, T extends object = object>(
  app: OpenAPIHono,
  list: List<Path, Q, T>,
): void {
  const { path, name = path.split('/').at(-1) ?? '', item, keep = (all) => all, present = (one) => one } = list;
  const [field, direction] = list.order ?? ['__name__', 'asc'];
  addRoute(app, {
    at: `GET ${path}`,
    summary: list.summary,
    query: list.query ? pageQuery.extend(list.query.shape) : pageQuery,
    responses: { 200: json(listOf(name, item), 'One page') },
    answer: async ({ params: stated, query }) => {
      const params = stated as Params<Path>;
      const all = typeof list.all === 'string' ? firestore().collection(list.all) : await list.all(params);
      const found = (await list.narrow?.(all, query as z.output<Q>, params)) ?? all;
      const inOrder = (each: Query): Query =>
        list.order ? each.orderBy(field, direction).orderBy('__name__', direction) : each.orderBy(field);
      const ordered = [found].flat().map(inOrder);
      const { documents, nextPageToken } = await readPage(all, ordered, field, pageQuery.parse(query));
      const items = await Promise.all(keep(allOf<T>({ docs: documents })).map(async (each) => present(each)));
      return { json: { [name]: items, ...(nextPageToken ? { nextPageToken } : {}) } };
    },
  });
}

const wholeNumber = 'It has to be a whole number from 1.';

/** `limit` (50 unless said, 200 at most) and `pageToken`. */
export const pageQuery = z.object({
  limit: z.coerce
    .number({ error: wholeNumber })
    .int(wholeNumber)
    .min(1, wholeNumber)
    .optional()
    .transform((limit) => Math.min(limit ?? 50, 200))
    .meta({ description: 'Maximum results. Default 50; values over 200 become 200.', example: 50 }),
  pageToken: z.string().max(2_000).optional().describe('The `nextPageToken` of the previous page.'),
});

type PageQuery = z.infer<typeof pageQuery>;

async function readPage(all: CollectionReference, queries: readonly Query[], field: string, page: PageQuery) {
  const after = page.pageToken === undefined ? undefined : await readToken(all, page.pageToken);
  const found = await Promise.all(
    queries.map((each) => (after ? each.startAfter(after) : each).limit(page.limit + 1).get()),
  );
  const docs = found.flatMap((each) => each.docs);
  const placeOf = (each: (typeof docs)[number]): string => `${each.get(field).valueOf()} ${each.id}`;
  if (queries.length > 1) docs.sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
  const documents = docs.slice(0, page.limit);
  const last = documents.at(-1);
  const isMore = docs.length > page.limit && last;
  return { documents, nextPageToken: isMore ? Buffer.from(last.ref.path).toString('base64url') : undefined };
}

/** The token names the last document of the page before; reading it again gives the cursor its values. */
async function readToken(collection: CollectionReference, token: string): Promise<DocumentSnapshot> {
  const path = Buffer.from(token, 'base64url').toString('utf8');
  const id = path.startsWith(`${collection.path}/`) ? path.slice(collection.path.length + 1) : '';
  if (!/^[\w-]{1,200}$/.test(id) || /^__.*__$/.test(id)) throw foreignToken('list');
  const document = await collection.doc(id).get();
  if (!document.exists) throw foreignToken('list');
  return document;
}

export const foreignToken = (of: 'list' | 'bundle'): Problem =>
  new Problem(422, `This pageToken is not from this ${of}.`, {
    errors: [{ path: 'pageToken', message: 'Take it from nextPageToken, or leave it out for the first page.' }],
  });
