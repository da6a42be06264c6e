/** Cursor paging: `limit` (50 unless said, 200 at most) and `pageToken`. */
import type { CollectionReference, DocumentSnapshot, Query, QueryDocumentSnapshot } from '@google-cloud/firestore';
import { z } from '@hono/zod-openapi';
import { Problem } from '../platform/problem.ts';

export const pageQuery = z.object({
  limit: z.coerce
    .number({ error: 'It has to be a whole number from 1.' })
    .int('It has to be a whole number from 1.')
    .min(1, 'It has to be a whole number from 1.')
    .optional()
    .transform((limit) => Math.min(limit ?? 50, 200))
    .meta({ description: 'Maximum results. Default 50; values over 200 become 200.', example: 50 }),
  pageToken: z.string().max(2_000).optional().describe('The `nextPageToken` of the previous page.'),
});

type PageQuery = z.infer<typeof pageQuery>;

/** One page of a query in a collection: its documents, and the token of the next page where there is one. */
export async function readPage(
  collection: CollectionReference,
  query: Query,
  page: PageQuery,
): Promise<{ documents: QueryDocumentSnapshot[]; nextPageToken?: string }> {
  const after = page.pageToken === undefined ? undefined : await readToken(collection, page.pageToken);
  const found = await (after ? query.startAfter(after) : query).limit(page.limit + 1).get();
  const documents = found.docs.slice(0, page.limit);
  const last = documents.at(-1);
  return found.size > page.limit && last
    ? { documents, nextPageToken: Buffer.from(last.ref.path).toString('base64url') }
    : { documents };
}

/** The token names the last document of the page before; reading it again gives the cursor its values. */
async function readToken(collection: CollectionReference, token: string): Promise<DocumentSnapshot> {
  const path = Buffer.from(token, 'base64url').toString('utf8');
  const wrong = new Problem(422, 'This pageToken is not from this list.', {
    errors: [{ path: 'pageToken', message: 'Take it from nextPageToken, or leave it out for the first page.' }],
  });
  const id = path.startsWith(`${collection.path}/`) ? path.slice(collection.path.length + 1) : '';
  if (!/^[\w-]{1,200}$/.test(id) || /^__.*__$/.test(id)) throw wrong;
  const document = await collection.doc(id).get();
  if (!document.exists) throw wrong;
  return document;
}
