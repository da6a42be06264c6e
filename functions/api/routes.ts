/** How a route is written: what it says of itself, and a handler that is handed what was asked and answers with data. */
import type { CollectionReference, DocumentSnapshot, Query } from '@google-cloud/firestore';
import { createRoute, type OpenAPIHono, type RouteConfig, type z } from '@hono/zod-openapi';
import type { HonoRequest } from 'hono';
import { pageQuery, readPage } from './paging.ts';
import { hasChanged, idParam, json, listOf, problem } from './schemas.ts';
import { ifMatchHeader } from './stated-by.ts';

interface Route<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> {
  at: `${'GET' | 'POST' | 'PATCH'} /${string}`;
  operationId?: string;
  tags?: string[];
  summary: string;
  params?: P;
  query?: Q;
  headers?: z.ZodObject;
  body?: B;
  /** The first is how it is answered; that there is none of an id, and that it has changed, is added. */
  responses: RouteConfig['responses'];
  answer(asked: Asked<z.output<P>, z.output<Q>, z.output<B>>): Promise<Answered>;
}

interface Asked<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  request: HonoRequest;
}

/** Data, with an `etag` where it shows one record as it is; or an answer of another type. */
type Answered = { json: object; etag?: string } | { text: string; headers: Record<string, string> };

export function addRoute<
  P extends z.ZodObject = z.ZodObject,
  Q extends z.ZodObject = z.ZodObject,
  B extends z.ZodType = z.ZodType,
>(app: OpenAPIHono, { at, params, query, headers, body, responses, answer, ...rest }: Route<P, Q, B>): void {
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
      ...(params === (idParam as z.ZodObject) ? { 404: problem('Nothing has this ID') } : {}),
      ...(takesIfMatch ? hasChanged : {}),
      ...responses,
    },
  };
  const status = Number(Object.keys(responses)[0]);
  app.openapi(createRoute(config), async ({ req: request }) => {
    // Hono knows by the route's type alone what is valid; here it is the schemas' own.
    const valid = (target: 'param' | 'query' | 'json'): unknown => request.valid(target as never);
    const answered = await answer({
      params: valid('param') as z.output<P>,
      query: valid('query') as z.output<Q>,
      body: valid('json') as z.output<B>,
      request,
    });
    if ('text' in answered) return new Response(answered.text, { status, headers: answered.headers });
    const tag: Record<string, string> = answered.etag === undefined ? {} : { etag: answered.etag };
    return Response.json(answered.json, { status, headers: tag });
  });
}

interface List<P extends z.ZodObject, Q extends z.ZodObject>
  extends Pick<Route<P, Q, z.ZodType>, 'summary' | 'params' | 'query'> {
  path: `/${string}`;
  /** Of the list in the answer. */
  name: string;
  item: z.ZodType;
  responses?: RouteConfig['responses'];
  find(asked: { params: z.output<P>; query: z.output<Q> }): Found | Promise<Found>;
}

interface Found {
  /** Where the documents are; a page's token names one of them. */
  all: CollectionReference;
  query: Query;
  present(document: DocumentSnapshot): object | Promise<object>;
}

/** A list, by pages. */
export function addList<P extends z.ZodObject = z.ZodObject, Q extends z.ZodObject = z.ZodObject>(
  app: OpenAPIHono,
  { path, name, item, query, responses, find, ...rest }: List<P, Q>,
): void {
  addRoute(app, {
    ...rest,
    at: `GET ${path}`,
    query: query ? pageQuery.extend(query.shape) : pageQuery,
    responses: { 200: json(listOf(name, item), 'One page'), ...responses },
    answer: async ({ params, query: asked }) => {
      const { all, query: found, present } = await find({ params, query: asked as z.output<Q> });
      const { documents, nextPageToken } = await readPage(all, found, pageQuery.parse(asked));
      const items = await Promise.all(documents.map(async (each) => present(each)));
      return { json: { [name]: items, ...(nextPageToken ? { nextPageToken } : {}) } };
    },
  });
}
