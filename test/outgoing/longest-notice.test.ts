/** The longest notice that an incident can make, as each channel sends it: within the limits of its receiver. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedNotice } from '../../functions/customer-updates/decide-notices.ts';
import { writeNotice, writePage } from '../../functions/customer-updates/notice.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { googleChatBody, slackBody } from '../../functions/outgoing/channels/bodies.ts';
import type { Outgoing } from '../../functions/outgoing/channels/channel.ts';
import { writeMail } from '../../functions/outgoing/channels/mail.ts';
import { pageBody } from '../../functions/outgoing/channels/pagerduty.ts';
import { teamsBody } from '../../functions/outgoing/channels/teams.ts';
import { type Notice, noticeKinds } from '../../functions/platform/notice-schemas.ts';
import { policy } from '../../functions/policy.ts';
import { refuseBlocks } from '../../infra/stubs/slack/blocks.ts';
import { at, contactOf, incidentAt } from '../incidents/rhythm/rhythm.ts';

const now = at('24 10:40');

/** Words of any length in any script, lines and marks among them. */
const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 9_000 }),
  fc.nat(9_000).map((length) => '障害'.repeat(length)),
  fc.nat(9_000).map((length) => '👨‍👩‍👧'.repeat(length / 8)),
  fc.nat(9_000).map((length) => '<a|b>&\n'.repeat(length / 7)),
);

const longest = fc.record({
  title: words,
  area: words,
  name: words,
  message: words,
  cause: words,
  owner: words,
  ticket: fc.webUrl({ withQueryParameters: true }),
  customers: fc.constantFrom(1, 30, 400),
  kind: fc.constantFrom(...noticeKinds),
});

type Longest = typeof longest extends fc.Arbitrary<infer T> ? T : never;

function written(of: Longest) {
  const incident: Incident = {
    ...incidentAt(at('24 10:00'), {
      title: of.title,
      description: of.message,
      assignee: of.owner,
      ticketUrls: [of.ticket],
      impact: { businessImpact: 'stopped', affectedCustomerCount: of.customers },
      cause: { category: 'unknown', summary: of.cause },
      mitigation: { kind: 'workaround', summary: of.message },
      mitigatedAt: at('24 10:20'),
      verifiedAt: at('24 10:05'),
      happened: 'yes',
    }),
  };
  const contacts = Array.from({ length: of.customers }, (_, number) => ({
    ...contactOf(incident, `store-${number}`),
    name: of.name,
    lastUpdateAt: at('24 10:10'),
    lastMessage: of.message,
  }));
  const plan: PlannedNotice = {
    kind: of.kind,
    kinds: [of.kind],
    idParts: [],
    told: contacts.map((contact) => ({ contact, dueAt: now })),
    escalated: contacts,
    questioned: contacts.map((contact) => ({
      contact,
      word: { customers: [], ticket: { tool: 'zendesk', id: '1' }, message: of.message },
    })),
    worse: [],
    unreached: contacts,
    roles: [],
  };
  const onDuty = { area: of.area, people: [{ name: of.name, until: now }], unknownSince: now };
  const by = { policy, now, consoleUrl: 'https://m.example/console', onDuty };
  const notice: Notice = {
    id: 'ntc_1',
    kind: of.kind,
    incidentId: incident.id,
    customers: [],
    isDrill: false,
    ...writeNotice(incident, plan, by),
    createdAt: now.toISOString(),
  };
  return { notice, page: writePage(incident, by) };
}

const outgoing = (notice: Notice): Outgoing[] =>
  (['ja', 'en'] as const).map((language) => ({ notice, language, at: now }));

/** Characters as services count them, and a text that is one. */
function expectAtMost(text: string, most: number): void {
  expect(Array.from(text).length).toBeLessThanOrEqual(most);
  expect(text.isWellFormed()).toBe(true);
}

describe('the longest notice', () => {
  const check = (judge: (of: ReturnType<typeof written>, area: string) => void): void => {
    fc.assert(
      fc.property(longest, (of) => judge(written(of), of.area)),
      { numRuns: 25 },
    );
  };

  it('is a card of less than 20 KB in Teams', () => {
    check(({ notice }) => {
      for (const each of outgoing(notice)) expect(Buffer.byteLength(teamsBody(each))).toBeLessThan(20_000);
    });
  });

  it('is a message of at most 32,000 bytes in Google Chat', () => {
    check(({ notice }) => {
      for (const each of outgoing(notice)) expect(Buffer.byteLength(googleChatBody(each))).toBeLessThanOrEqual(32_000);
    });
  });

  it('is what Slack takes, of at most 40,000 characters', () => {
    check(({ notice }) => {
      for (const each of outgoing(notice)) {
        const { text, blocks } = JSON.parse(slackBody(each)) as { text: string; blocks: object[] };
        expect(refuseBlocks(blocks)).toBeUndefined();
        expectAtMost(text, 40_000);
      }
    });
  });

  it('is a mail whose subject is one short line, and whose text is whole', () => {
    check(({ notice }) => {
      for (const language of ['ja', 'en'] as const) {
        const mail = writeMail(notice, { from: 'm@example.jp', to: ['a@example.jp'], language, at: now });
        expect(mail.subject).not.toMatch(/[\r\n\u2028\u2029]/);
        expectAtMost(mail.subject, 200);
        expect(mail.text).toContain(notice.text[language]);
        // A mail server takes ten megabytes at least; this is a tenth of it, where each sign has to be escaped.
        expect(Buffer.byteLength(mail.html)).toBeLessThan(1_000_000);
      }
    });
  });

  it('is a page within PagerDuty’s limits', () => {
    check(({ page }, area) => {
      for (const language of ['ja', 'en'] as const) {
        const body = pageBody(
          {
            id: 'pag_1',
            incidentId: 'inc_1',
            action: 'trigger',
            why: ['unanswered'],
            sequence: 1,
            episode: 1,
            urgency: 'high',
            ...(area ? { area } : {}),
            ...page,
            createdAt: now.toISOString(),
          },
          'k'.repeat(32),
          language,
        );
        const { dedup_key, payload } = JSON.parse(body) as {
          dedup_key: string;
          payload: Record<'summary' | 'source' | 'severity', string>;
        };
        expectAtMost(payload.summary, 1_024);
        expectAtMost(dedup_key, 255);
        expect(payload.source).not.toBe('');
        expect(['critical', 'error', 'warning', 'info']).toContain(payload.severity);
        expect(Buffer.byteLength(body)).toBeLessThan(512 * 1_024);
      }
    });
  });
});
