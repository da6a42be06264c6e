/** The page that a customer has of their own. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { now } from '../platform/clock.ts';
import { Problem } from '../platform/problem.ts';
import { makeLink, type PageLink, readLink, revokeLink } from '../published/links.ts';
import { addRoute } from './routes.ts';
import { closedSchema, json, problem, time } from './schemas.ts';
import { statedBy } from './stated-by.ts';

const params = z.object({ id: z.string().min(1).max(500).describe('The customer’s ID, as incidents have it.') });

const linkSchema = closedSchema('CustomerPage', {
  url: z.string().nullable().describe('Null after PAGES_SECRET was replaced: the link works until it expires.'),
  expiresAt: time,
});

const present = ({ url, expiresAt }: PageLink): object => ({ url, expiresAt: expiresAt.toISOString() });

const noPage = (): Problem => new Problem(404, 'This customer has no page. Make one with POST.');

export function addCustomerRoutes(app: OpenAPIHono): void {
  addRoute(app, {
    at: 'GET /customers/{id}/page',
    summary: 'The link to the page that a customer has of their own',
    params,
    responses: { 200: json(linkSchema, 'The link'), 404: problem('This customer has no page') },
    answer: async ({ params: { id } }) => {
      const link = await readLink(id, now());
      if (!link) throw noPage();
      return { json: present(link) };
    },
  });
  addRoute(app, {
    at: 'POST /customers/{id}/page',
    summary: 'Give a customer a page of their own, or extend its link',
    params,
    responses: {
      201: json(linkSchema, 'The link, which opens the page within seconds. Anyone with it can read the page'),
      404: problem('No incident or policy names this customer'),
      409: problem('Customer pages are off'),
    },
    answer: async ({ params: { id }, request }) => ({ json: present(await makeLink(id, statedBy(request))) }),
  });
  addRoute(app, {
    at: 'DELETE /customers/{id}/page',
    summary: 'Revoke the link; the next one that is made is another',
    params,
    responses: {
      200: json(z.object({ revoked: z.literal(true) }), 'The link opens nothing any more'),
      404: problem('This customer has no page'),
    },
    answer: async ({ params: { id }, request }) => {
      if (!(await revokeLink(id, statedBy(request)))) throw noPage();
      return { json: { revoked: true } };
    },
  });
}
