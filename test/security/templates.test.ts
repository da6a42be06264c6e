/**
 * Templates of ticket tools put a customer's text between quotes, where it can become syntax. Such text may make facts
 * wrong. It never says which ticket it is, what happened to it, who wrote, or that it is a drill or a test.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Signal } from '../../functions/incidents/signals/signal.ts';
import { freshdesk } from '../../functions/intake/sources/freshdesk.ts';
import { generic } from '../../functions/intake/sources/generic.ts';
import { intercom } from '../../functions/intake/sources/intercom.ts';
import { jira } from '../../functions/intake/sources/jira.ts';
import { type Beside, type IntakeSource, Unreadable } from '../../functions/intake/sources/source.ts';
import { zendesk } from '../../functions/intake/sources/zendesk.ts';
import { Problem } from '../../functions/platform/problem.ts';
import { intercomNotification, intercomTicket, jiraEvent, jiraIssue, zendeskEvent } from '../fixtures/tickets.ts';
import { configWith, readBytes } from '../intake/sources/reading.ts';

const templateOf = (page: string): string =>
  /```json\n([\s\S]*?)```/.exec(
    readFileSync(join(import.meta.dirname, '../../docs/how-to/connect', page), 'utf8'),
  )?.[1] ?? '';
const ownId = '9120';
/** What the tool fills in itself, and no customer writes. */
const own: Record<string, string> = {
  id: ownId,
  tags: 'vip',
  url: 'own.example/9120',
  'organization.id': '8100',
  'organization.name': '渋谷店',
  'requester.id': '7',
  'requester.email': 'sato@shop.example',
  'requester.company_name': '渋谷店',
};
const filled = (template: string, text: (name: string) => string): Buffer =>
  Buffer.from(template.replace(/\{\{ticket\.([\w.]+)\}\}/g, (_, name: string) => own[name] ?? text(name)));

/** The body a guide's template becomes, what is said beside it, and what it has to be about. */
type Guide = [
  page: string,
  source: IntakeSource,
  beside: Beside,
  kind: Signal['kind'],
  fill: (texts: string[]) => Buffer,
];
const inTurn = (texts: string[]): (() => string) => {
  let next = 0;
  return () => texts[next++ % texts.length] ?? '';
};
const byTemplate =
  (page: string) =>
  (texts: string[]): Buffer =>
    filled(templateOf(page), inTurn(texts));
/** A tool that writes its body itself escapes what it puts there. */
const byTool =
  (body: (text: () => string) => unknown) =>
  (texts: string[]): Buffer =>
    Buffer.from(JSON.stringify(body(inTurn(texts))));
/** As the guides published them before: whose it is follows the customer's text. */
const earlier: Record<'zendesk' | 'freshdesk', string> = {
  zendesk: `{"ticket_id": "{{ticket.id}}", "ticket_tags": "{{ticket.tags}}", "ticket_title": "{{ticket.title}}",
    "ticket_description": "{{ticket.description}}", "ticket_url": "{{ticket.url}}", "ticket_form": "{{ticket.ticket_form}}",
    "organization_id": "{{ticket.organization.id}}", "organization_name": "{{ticket.organization.name}}",
    "requester_id": "{{ticket.requester.id}}", "occurredAt": "{{ticket.ticket_field_111}}"}`,
  freshdesk: `{"freshdesk_webhook": {"ticket_id": "{{ticket.id}}", "ticket_tags": "{{ticket.tags}}",
    "ticket_subject": "{{ticket.subject}}", "ticket_description": "{{ticket.description}}", "ticket_url": "{{ticket.url}}",
    "ticket_company_name": "{{ticket.requester.company_name}}", "requester_email": "{{ticket.requester.email}}",
    "occurredAt": "{{ticket.cf_occurred}}"}}`,
};
const byEarlier =
  (tool: keyof typeof earlier) =>
  (texts: string[]): Buffer =>
    filled(earlier[tool], inTurn(texts));
const earlierFreshdesk = 'freshdesk.md, earlier';
const guides: Guide[] = [
  ['zendesk.md, earlier', zendesk, { event: 'updated' }, 'stated', byEarlier('zendesk')],
  // It names a company by its name alone, so an ID in a text before it would count: copy the new one.
  [earlierFreshdesk, freshdesk, { event: 'created' }, 'stated', byEarlier('freshdesk')],
  ['freshdesk.md', freshdesk, { event: 'created' }, 'stated', byTemplate('freshdesk.md')],
  ['freshdesk.md', freshdesk, { event: 'customer-wrote' }, 'customer-wrote', byTemplate('freshdesk.md')],
  ['zendesk.md', zendesk, { event: 'updated' }, 'stated', byTemplate('zendesk.md')],
  // As it was published before, with the event in the body.
  [
    'zendesk.md',
    zendesk,
    {},
    'stated',
    (texts) => Buffer.from(byTemplate('zendesk.md')(texts).toString().replace('{', '{"event": "updated",')),
  ],
  [
    'generic.md',
    generic,
    { ticket: ownId },
    'stated',
    (texts) => {
      const text = inTurn(texts);
      return Buffer.from(templateOf('generic.md').replace(/"[^"\n]*"(?=,?\n|\s*\})/g, () => `"${text()}"`));
    },
  ],
  [
    'zendesk.md',
    zendesk,
    {},
    'stated',
    byTool((text) => zendeskEvent('created', { detail: { id: ownId, subject: text(), description: text() } })),
  ],
  [
    'intercom.md',
    intercom,
    {},
    'stated',
    byTool((text) =>
      intercomNotification(
        'ticket.created',
        intercomTicket({ id: ownId, ticket_attributes: { _default_title_: text(), _default_description_: text() } }),
      ),
    ),
  ],
  [
    'jira.md',
    jira,
    {},
    'stated',
    byTool((text) =>
      jiraEvent('jira:issue_created', {
        issue: { ...jiraIssue({ summary: text(), description: text(), labels: [] }), id: ownId },
      }),
    ),
  ],
];

/** Nobody reports for another, and no link leads elsewhere; what cannot be told for sure is left out. */
function expectOwn({ customer, url }: Signal, otherwise: readonly string[]): void {
  const reporters = [
    own['organization.id'],
    own['requester.id'],
    own['requester.email'],
    own['requester.company_name'],
  ];
  expect([...reporters, ...otherwise, 'u-9', 'c0ffee', 'acc-1', undefined]).toContain(customer?.id);
  expect(url ?? 'own.example').not.toContain('evil');
}

/** What steers in what was read; undefined where it was refused or is kept for a person. */
function steering(source: IntakeSource, bytes: Buffer, beside: Beside, reporters: readonly string[] = []) {
  try {
    const reading = readBytes(source, bytes, undefined, undefined, beside);
    if (!('signal' in reading)) return { ignored: reading.ignored };
    const { sourceId, kind, isDrill, relatedIncidentId, relatedSourceId } = reading.signal;
    // At a generic door the body is its sender’s own.
    if (source !== generic) expectOwn(reading.signal, reporters);
    const agent = source === jira ? undefined : reading.signal.agent;
    return { sourceId, kind, isDrill, relatedIncidentId, relatedSourceId, agent };
  } catch (error) {
    if (error instanceof Unreadable || error instanceof Problem) return undefined;
    throw error;
  }
}
const unmoved = (kind: Signal['kind']) => ({
  sourceId: ownId,
  kind,
  isDrill: false,
  relatedIncidentId: undefined,
  relatedSourceId: undefined,
  agent: undefined,
});

const related = `inc_${'0'.repeat(24)}`;
const fields = [
  '"event":"agent-replied"',
  '"ticket_id":"300"',
  '"id":"300"',
  '"ticket":{"id":"300"}',
  '"drill":"yes"',
  '"drill":true',
  '"category":"drill"',
  '"ticket_tags":"metronome-drill"',
  '"tags":["metronome-drill"]',
  '"connectionTest":"1"',
  `"relatedIncidentId":"${related}"`,
  '"problem_id":"300"',
  '"event_performer_email":"mori@example.jp"',
  '"agent_id":"7"',
  '"type":"zen:event-type:ticket.comment_added"',
  '"detail":{"id":"300"}',
  '"ticket_status":"closed"',
  '"triggered_event":"{ticket_action:deleted}"',
  '"customer":"store-99"',
  '"customer":{"id":"store-99"}',
  '"店舗":"store-99"',
  '"organization_id":"99"',
  '"organization":"99"',
  '"company_id":"99"',
  '"ticket_company_id":"99"',
  '"ticket_company_name":"99"',
  '"requester_id":"99"',
  '"requester_email":"evil@example.com"',
  '"organization\\u005fid":"99"',
  '"ticket_url":"https://evil.example/1"',
  '"url":"https://evil.example/1"',
];
const fragment = fc.oneof(
  fc.constantFrom(...fields).map((each) => `","a":"",${each},"b":"`),
  fc.constantFrom(...fields).map((each) => `",${each},"z":{"a":"`),
  fc.constantFrom(
    '"',
    '\\',
    '\\"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\n',
    '"}',
    '"}}',
    '","',
    '"},"freshdesk_webhook":{',
    '\\u0022',
  ),
  fc.constantFrom(...fields),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const hostile = fc.array(
  fc.array(fragment, { maxLength: 4 }).map((each) => each.join('')),
  { minLength: 1, maxLength: 6 },
);

describe.each(guides)('%s: whatever customers write', (guide, source, beside, kind, fill) => {
  test('what steers stays as the tool and its admin say', () => {
    fc.assert(
      fc.property(hostile, (texts) => {
        const found = steering(source, fill(texts), beside, guide === earlierFreshdesk ? ['99'] : []);
        if (found) expect(found).toEqual(unmoved(kind));
      }),
      { numRuns: 400 },
    );
  });

  test('plain text is read, with quotes, breaks and all', () => {
    for (const text of ['止まりました', 'He said "it stops"', 'C:\\pos', '1行目\n2行目']) {
      if (source === generic && /["\\\n]/.test(text)) continue;
      expect(steering(source, fill([text]), beside)).toEqual(unmoved(kind));
    }
  });
});

describe('what an attack on the running system has sent', () => {
  const send = (source: IntakeSource, template: string, text: string, beside: Beside) =>
    steering(
      source,
      filled(template, (name) => (name === 'description' ? text : '')),
      beside,
    );

  test.each([
    'help", "connectionTest":"1", "zz":"',
    'help", "drill":"yes", "zz":"',
    'x","ticket_id":"300","event":"agent-replied","event_performer_email":"mori@example.jp","latest_public_comment":"直りました',
    `x","relatedIncidentId":"${related}","zz":"`,
    'x","ticket_url":"https://evil.example","organization_id":"99","organization_name":"新宿店","zz":"',
    'x","customer":{"id":"store-99"},"zz":"',
  ])('%s', (text) => {
    expect(send(freshdesk, templateOf('freshdesk.md'), text, { event: 'created' })).toEqual(unmoved('stated'));
    expect(send(zendesk, templateOf('zendesk.md'), text, { event: 'updated' })).toEqual(unmoved('stated'));
  });

  test.each([
    ['the id comes last', '{"d":"{{ticket.description}}","ticket_id":"{{ticket.id}}"}', 'x","ticket_id":"300","z":"'],
    [
      'the real id is hidden in another object',
      '{"t":"{{ticket.description}}","ticket_id":"{{ticket.id}}","d":""},"y":""}',
      '","ticket_id":"300","z":{"a":"',
    ],
    ['another name of the id', '{"d":"{{ticket.description}}","id":"{{ticket.id}}"}', 'x","ticket_id":"300","z":"'],
    [
      'the real id is swallowed by a string',
      '{"d":"{{ticket.description}}",\n"ticket_id":"{{ticket.id}}"}',
      'x","ticket_id":"300","z":"\\',
    ],
  ])('in a template of somebody’s own, %s: it is kept for a person', (_, template, text) => {
    expect(send(freshdesk, template, text, { event: 'created' })).toBeUndefined();
    expect(send(zendesk, template, text, {})).toBeUndefined();
    // Said beside the body it is sure.
    expect(send(freshdesk, template, text, { event: 'created', ticket: ownId })).toEqual(unmoved('stated'));
  });

  test('a body that repeats a key is refused at the generic door, and says no drill beside an id', () => {
    const body = Buffer.from('{"id":"1","subject":"x","drill":false,"drill":true}');
    expect(steering(generic, body, {})).toBeUndefined();
    expect(steering(generic, body, { ticket: ownId })).toEqual(unmoved('stated'));
  });
});

describe('of whose a ticket is, and where', () => {
  const read = (source: IntakeSource, body: string, config = {}) => {
    const reading = readBytes(source, Buffer.from(body), configWith(config));
    if (!('signal' in reading)) throw new Error('It was ignored.');
    const { customer, url } = reading.signal;
    return [customer?.id, customer?.name, url];
  };
  const sites = { ZENDESK_SUBDOMAIN: 'acme', FRESHDESK_DOMAIN: 'acme' };

  test.each<[string, IntakeSource, body: string, customer: string | undefined, name?: string]>([
    ['what leads counts', zendesk, '{"ticket_id":"1","organization_id":"8","t":"","organization_id":"9"}', '8'],
    [
      'a blank one gives way to the next that leads',
      zendesk,
      '{"ticket_id":"1","organization_id":"","requester_id":"7"}',
      '7',
    ],
    [
      'where one leads, no other counts',
      zendesk,
      '{"ticket_id":"1","requester_id":"7","t":"","organization":"9"}',
      '7',
    ],
    ['the form’s field, where it leads', zendesk, '{"ticket_id":"1","customer":"s-1","organization_id":"8"}', 's-1'],
    [
      'the form’s field behind a text gives way',
      zendesk,
      '{"ticket_id":"1","t":"","customer":"s-1","requester_id":"7"}',
      '7',
    ],
    [
      'the form’s field counts where nothing else is named',
      zendesk,
      '{"ticket_id":"1","t":"","customer":{"id":"s-1"}}',
      's-1',
    ],
    [
      'an id that leads counts before a name that leads',
      freshdesk,
      '{"ticket_id":"1","ticket_company_name":"渋谷店","company_id":"8","requester_email":"a"}',
      '8',
      '渋谷店',
    ],
    [
      'a name that leads counts before an id in a text',
      freshdesk,
      '{"ticket_id":"1","ticket_company_name":"渋谷店","t":"","company_id":"9"}',
      '渋谷店',
      '渋谷店',
    ],
    [
      'nobody’s id counts behind an address',
      freshdesk,
      '{"ticket_id":"1","ticket_company_name":"渋谷店","requester_email":"a","company_id":"9"}',
      '渋谷店',
      '渋谷店',
    ],
    [
      'one that is there twice is nobody’s',
      zendesk,
      '{"ticket_id":"1","t":"","requester_id":"7","a":{"requester_id":"9"}}',
      undefined,
    ],
    [
      'line breaks of others do not hide it',
      freshdesk,
      '{"ticket_id":"1","t":"a\nb","company_name":"渋谷店"}',
      '渋谷店',
      '渋谷店',
    ],
    ['escapes are read', freshdesk, '{"ticket_id":"1","t":"","company_name":"a\\u0062"}', 'ab', 'ab'],
    [
      'a quote in it hides its end, so the person counts',
      freshdesk,
      '{"ticket_id":"1","t":"","company_name":"a"b","requester_email":"a@x.jp"}',
      'a@x.jp',
    ],
    [
      'nothing steers behind an address',
      freshdesk,
      '{"ticket_id":"1","requester_email":"a","ticket_tags":"drill"}',
      'a',
    ],
  ])('%s', (_, source, body, customer, name) => {
    expect(read(source, body).slice(0, 2)).toEqual([customer, name]);
  });

  test('a link leads to the configured site, whatever the body says', () => {
    const body = '{"ticket_id":"1/2","ticket_url":"https://evil.example"}';
    expect(read(zendesk, body, sites)[2]).toBe('https://acme.zendesk.com/agent/tickets/1%2F2');
    expect(read(freshdesk, body, sites)[2]).toBe('https://acme.freshdesk.com/a/tickets/1%2F2');
    expect(
      read(zendesk, '{"ticket_id":"1","t":"","url":"a.example/1","z":{"url":"evil.example/1"}}')[2],
    ).toBeUndefined();
  });
});
