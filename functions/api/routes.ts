/** How a route is written: what it says of itself, and a handler that is handed what was asked and answers with data. */
import type { CollectionReference, DocumentSnapshot, Query } from '@google-cloud/firestore';
import { createRoute, type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { HonoRequest } from 'hono';
import { allOf, type collections, firestore } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { hasChanged, idParam, json, listOf, problem, weekParam } from './schemas.ts';
import { ifMatchHeader } from './stated-by.ts';

/** What a path has in braces. */
type Params<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Record<Name, string> & Params<Rest>
  : unknown;

interface Route<At extends string, Q extends z.ZodObject, B extends z.ZodType> {
  at: At & `${'GET' | 'POST' | 'PATCH'} /${string}`;
  operationId?: string;
  tags?: string[];
  summary: string;
  /** Of a path whose `{id}` or `{week}` is not the usual one. */
  params?: z.ZodObject;
  query?: Q;
  headers?: z.ZodObject;
  body?: B;
  /** The first is how it is answered; that there is no such record or week, and that it has changed, is added. */
  responses: RouteConfig['responses'];
  answer(asked: { params: Params<At>; query: z.output<Q>; body: z.output<B>; request: HonoRequest }): Promise<Answered>;
}

/** Data, with an `etag` where it shows one record as it is; or an answer of another type. */
type Answered = { json: object; etag?: string } | { text: string; headers: Record<string, string> };

const paramsOf = (path: string) => (path.includes('{id}') ? idParam : path.includes('{week}') ? weekParam : undefined);

export function addRoute<At extends string, Q extends z.ZodObject = z.ZodObject, B extends z.ZodType = z.ZodType>(
  app: OpenAPIHono,
  route: Route<At, Q, B>,
): void {
  const { at, params = paramsOf(at), query, headers, body, responses, answer, ...rest } = route;
  const [method, path] = at.split(' ');
  const takesIfMatch = headers !== undefined && Object.keys(ifMatchHeader.shape).every((each) => each in headers.shape);
  const config: RouteConfig = {
    ...rest,
    method: method?.toLowerCase() as 'get' | 'post' | 'patch',
    path: path ?? '',
    request: {
      ...(params ? { params } : {}),
      ...(query ? { query } : {}),
      ...(headers ? { headers } : {}),
      ...(body ? { body: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    },
    responses: {
      ...(params === idParam ? { 404: problem('Nothing has this ID') } : {}),
      ...(params === weekParam ? { 422: problem('The week does not exist, or the request is invalid') } : {}),
      ...(takesIfMatch ? hasChanged : {}),
      ...responses,
    },
  };
  const status = Number(Object.keys(responses)[0]);
  app.openapi(createRoute(config), async ({ req: request }) => {
    // Hono knows by the route's type alone what is valid; here it is the schemas' own.
    const valid = (target: 'param' | 'query' | 'json'): unknown => request.valid(target as never);
    const answered = await answer({
      params: valid('param') as Params<At>,
      query: valid('query') as z.output<Q>,
      body: valid('json') as z.output<B>,
      request,
    });
    if ('text' in answered) return new Response(answered.text, { status, headers: answered.headers });
    const tag: Record<string, string> = answered.etag === undefined ? {} : { etag: answered.etag };
    return Response.json(answered.json, { status, headers: tag });
  });
}

/** Several queries are one list, oldest first. */
type Narrowed = Query | readonly Query[];

interface List<Path extends string, Q extends z.ZodObject, T>
  extends Pick<Route<Path, Q, z.ZodType>, 'summary' | 'query'> {
  path: Path & `/${string}`;
  /** Of the list in the answer, where that is not the end of its path. */
  name?: string;
  item: z.ZodType;
  /** Where the documents are; a page's token names one of them. */
  all: (typeof collections)[keyof typeof collections] | ((params: Params<Path>) => Promise<CollectionReference>);
  narrow?(all: Query, query: z.output<Q>, params: Params<Path>): Narrowed | Promise<Narrowed>;
  /** By which field, and which end comes first; without it by their ids. */
  order?: readonly [field: string, direction: 'asc' | 'desc'];
  /** Left out where a page shows all that it has read. */
  keep?(stored: T[]): T[];
  /** Left out where a document is shown as it is stored. */
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
