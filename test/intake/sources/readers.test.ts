import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openIncident } from '../../../functions/incidents/incident.ts';
import { routeSignal } from '../../../functions/intake/routing.ts';
import { type IntakeSource, Unreadable } from '../../../functions/intake/sources/source.ts';
import { ticketSources } from '../../../functions/intake/sources/tickets.ts';
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

/** What a reader makes of a value; anything thrown but Unreadable fails the test. */
function readOrRefuse(source: IntakeSource, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body) ?? 'null');
  try {
    const reading = source.read(JSON.parse(bytes.toString()), bytes, { receivedAt, policy, config });
    if (!('signal' in reading)) return;
    const { signal } = reading;
    expect(signal.id).toMatch(/^sig_[\da-f]{24}$/);
    expect(signal.sourceId).not.toBe('');
    expect(Buffer.byteLength(signal.description ?? '')).toBeLessThanOrEqual(policy.intake.maxDescriptionBytes);
    expect(Object.values(signal)).not.toContain(undefined);
    openIncident('inc_x', 0, signal, routeSignal(signal, policy), policy, receivedAt);
  } catch (error) {
    expect(error).toBeInstanceOf(Unreadable);
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
    for (const body of bodies[tool] ?? []) {
      for (const path of pathsOf(body)) {
        for (const odd of [...oddities, undefined]) readOrRefuse(source, replaced(body, path, odd));
      }
    }
  });

  test('any JSON is read or refused', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => readOrRefuse(source, value)));
  });

  test('bytes that are cut or changed are read, not JSON, or refused', () => {
    const parse = source.parse ?? parseJson;
    const [body] = bodies[tool] ?? [];
    const text = Buffer.from(JSON.stringify(body));
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(255), fc.boolean(), (at, byte, isCut) => {
        const bytes = isCut
          ? text.subarray(0, at)
          : Buffer.from(text.map((each, index) => (index === at ? byte : each)));
        try {
          source.read(parse(bytes), bytes, { receivedAt, policy, config });
        } catch (error) {
          expect(error).toSatisfy(
            (each) => each instanceof Unreadable || (source.isStrict && (each as { status?: number }).status === 400),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a body as deep as a body can be is read or refused', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const bytes = Buffer.from(`{"id":1,"subject":"x","ticket_id":1,"deep":${deep}}`);
    const read = () => source.read((source.parse ?? parseJson)(bytes), bytes, { receivedAt, policy, config });
    try {
      expect(read()).toBeDefined();
    } catch (error) {
      expect(error).toSatisfy((each) => each instanceof Unreadable || (each as { status?: number }).status === 400);
    }
  });

  test('large texts take little time', () => {
    const [body] = bodies[tool] ?? [];
    for (const text of [
      'x'.repeat(700_000),
      '<b>'.repeat(230_000),
      '、'.repeat(230_000),
      '{{'.repeat(350_000),
      ' '.repeat(700_000),
      '1'.repeat(700_000),
      '&#1;'.repeat(170_000),
    ]) {
      const started = performance.now();
      const value = Object.fromEntries(Object.keys(body as object).map((key) => [key, text]));
      readOrRefuse(source, { ...(body as object), ...value, id: 1, ticket_id: 1, subject: text });
      expect(performance.now() - started).toBeLessThan(5_000);
    }
  });
});
