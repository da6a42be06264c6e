import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openIncident } from '../../../functions/incidents/fold/beginning.ts';
import { routeSignal } from '../../../functions/incidents/signals/routing.ts';
import { type IntakeSource, Unreadable } from '../../../functions/intake/sources/source.ts';
import { ticketSources } from '../../../functions/intake/sources/sources.ts';
import { Problem } from '../../../functions/platform/problem.ts';
import { parseJson } from '../../../functions/platform/raw-body.ts';
import { policy } from '../../../functions/policy.ts';
import {
  freshdeskBody,
  intercomConversation,
  intercomNotification,
  intercomPart,
  intercomTicket,
  jiraEvent,
  zendeskComment,
  zendeskEvent,
  zendeskTrigger,
} from '../../fixtures/tickets.ts';
import { runs } from '../../fuzz/runs.ts';
import { ownMs } from '../../own-time.ts';
import { configWith, receivedAt } from './reading.ts';

const config = configWith({
  ZENDESK_SUBDOMAIN: 'acme',
  INTERCOM_APP_ID: 'abc',
  JIRA_CUSTOMER_FIELD: 'customfield_10050',
});
const bodies: Record<string, unknown[]> = {
  generic: [{ id: 1, subject: 'x', customer: { id: 'a' }, affectedCustomers: [{ id: 'b' }] }],
  zendesk: [zendeskEvent('created'), zendeskComment({ id: 8, is_staff: true }), zendeskTrigger()],
  intercom: [
    intercomNotification('ticket.created', intercomTicket()),
    intercomNotification('ticket.admin.replied', {
      ticket: intercomTicket(),
      ticket_part: intercomPart({ type: 'admin' }),
    }),
    intercomNotification('conversation.user.created', intercomConversation()),
  ],
  freshdesk: [{ freshdesk_webhook: freshdeskBody() }, freshdeskBody({ event: 'agent-replied' })],
  jira: [
    jiraEvent('jira:issue_created'),
    jiraEvent('jira:issue_updated', { changelog: { items: [{ field: 'status' }] } }),
  ],
};

/** What is wrong with what a reader makes of a value; anything thrown but Unreadable is. */
function complaintOf(source: IntakeSource, body: unknown): string | undefined {
  const bytes = Buffer.from(JSON.stringify(body) ?? 'null');
  try {
    const reading = source.read(JSON.parse(bytes.toString()), bytes, { receivedAt, policy, config });
    if (!('signal' in reading)) return undefined;
    const { signal } = reading;
    if (!/^sig_[\da-f]{24}$/.test(signal.id)) return `the id ${signal.id}`;
    if (signal.sourceId === '') return 'a blank ticket id';
    if (Buffer.byteLength(signal.description ?? '') > policy.intake.maxDescriptionBytes) return 'a long description';
    if (Object.values(signal).includes(undefined)) return 'a field that is undefined';
    const incident = openIncident('inc_x', 0, signal, routeSignal(signal, policy), policy, receivedAt);
    return JSON.stringify(incident).isWellFormed() ? undefined : 'half a character';
  } catch (error) {
    return error instanceof Unreadable ? undefined : String(error);
  }
}

/** As a door has it: parsed, then read. */
function complaintOfBytes(source: IntakeSource, bytes: Buffer): string | undefined {
  try {
    source.read((source.parse ?? parseJson)(bytes), bytes, { receivedAt, policy, config });
    return undefined;
  } catch (error) {
    const isNotJson = source.isStrict && error instanceof Problem && error.status === 400;
    return error instanceof Unreadable || isNotJson ? undefined : String(error);
  }
}

/** The paths of everything in a body. */
function pathsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]))];
}

function replaced(value: unknown, path: (string | number)[], by: unknown): unknown {
  if (path.length === 0) return by;
  const [key = '', ...rest] = path;
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...(value as object) };
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

const oddities: unknown[] = [
  null,
  true,
  0,
  -1,
  1e300,
  '',
  ' ',
  'x',
  '0',
  '{{x}}',
  '\ud800',
  '\0',
  'あ'.repeat(20_000),
  [],
  [null],
  [[[]]],
  {},
  { id: {} },
  { toString: 'x', constructor: 1, __proto__: null, hasOwnProperty: 1 },
  '<p>',
  '2026-11-24',
  'javascript:alert(1)',
  ['a', 1, {}],
];

describe.each(Object.entries(ticketSources))('%s', (tool, source) => {
  test('every field of its bodies may be any odd value, or gone', () => {
    const complaints = (bodies[tool] ?? []).flatMap((body) =>
      pathsOf(body).flatMap((path) =>
        [...oddities, undefined].flatMap((odd) => {
          const complaint = complaintOf(source, replaced(body, path, odd));
          return complaint ? [`${path.join('.')}: ${complaint}`] : [];
        }),
      ),
    );
    expect(complaints).toEqual([]);
  });

  test('any JSON is read or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(complaintOf(source, value)).toBeUndefined();
      }),
    );
  });

  test('bytes that are cut or changed are read, not JSON, or refused', () => {
    const text = Buffer.from(JSON.stringify(bodies[tool]?.[0]));
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(255), fc.boolean(), (at, byte, isCut) => {
        const bytes = isCut
          ? text.subarray(0, at)
          : Buffer.from(text.map((each, index) => (index === at ? byte : each)));
        expect(complaintOfBytes(source, bytes)).toBeUndefined();
      }),
      runs(30),
    );
  });

  test('a body as deep as a body can be is read or refused', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(
      complaintOfBytes(source, Buffer.from(`{"id":1,"subject":"x","ticket_id":1,"deep":${deep}}`)),
    ).toBeUndefined();
  });

  test.each(['x', '<b>', '、', '{{', ' ', '1', '&#1;'])('a body full of “%s” takes little time', (piece) => {
    const [body] = bodies[tool] ?? [];
    const text = piece.repeat(700_000 / Buffer.byteLength(piece));
    const filled = Object.fromEntries(Object.keys(body as object).map((key) => [key, text]));
    const full = { ...(body as object), ...filled, id: 1, ticket_id: 1, subject: text };
    expect(ownMs(() => expect(complaintOf(source, full)).toBeUndefined())).toBeLessThan(5_000);
  });
});
