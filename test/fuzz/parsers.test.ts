/** Every parser alone: whatever it is given it answers, refuses in its own way, and never with what a store cannot hold. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBuild } from '../../functions/evidence/build.ts';
import { NotARelease } from '../../functions/evidence/release-source.ts';
import { readerOf } from '../../functions/evidence/release-sources.ts';
import { openIncident } from '../../functions/incidents/fold/beginning.ts';
import { routeSignal } from '../../functions/incidents/signals/routing.ts';
import { readTime } from '../../functions/incidents/signals/times.ts';
import { Unreadable } from '../../functions/intake/sources/source.ts';
import { alertSources, apiSources, ticketSources } from '../../functions/intake/sources/sources.ts';
import { readToolTime } from '../../functions/intake/sources/stated-fields.ts';
import { readChannels } from '../../functions/outgoing/channels/channel.ts';
import { retryAfterMs } from '../../functions/platform/failures.ts';
import { parseJson } from '../../functions/platform/raw-body.ts';
import { policy } from '../../functions/policy.ts';
import { readWeek } from '../../functions/postmortems/week.ts';
import { plainTime } from '../../infra/import/import-rows.ts';
import { describeImport, readImport } from '../../infra/import.ts';
import { configWith, receivedAt } from '../intake/sources/reading.ts';
import { buildMessage, intakeBodies, marked, releaseBodies } from './bodies.ts';
import { damage, hostileText, hostileValue, mutation } from './hostile.ts';
import { longestMs, runs } from './runs.ts';

const config = configWith({
  JIRA_CUSTOMER_FIELD: 'customfield_10050',
  ZENDESK_SUBDOMAIN: 'acme',
  INTERCOM_APP_ID: 'x',
});
const { monitoring, alertmanager, grafana, generic: alert } = alertSources;
const { '/opsgenie/v2/alerts': opsgenie, '/pagerduty/v2/enqueue': pagerduty } = apiSources;
const sources = { ...ticketSources, monitoring, alertmanager, grafana, alert, opsgenie, pagerduty };
const bodiesOf = (tool: string): unknown[] =>
  intakeBodies[tool === 'generic' ? 'tickets' : tool === 'monitoring' ? 'alerts' : (tool as 'jira')];

/** A Timestamp reaches from 0001-01-01 to the end of 9999. */
const [firstInstant, afterLastInstant] = [-62_135_596_800_000, 253_402_300_800_000];

/** Of all dates within: whether a Firestore Timestamp could hold them, and of all texts whether it would take them as they are. */
function unstorable(value: unknown, path = ''): string[] {
  if (value instanceof Date) {
    const isHeld = value.getTime() >= firstInstant && value.getTime() < afterLastInstant;
    return isHeld ? [] : [`${path}: ${value.getTime()}`];
  }
  if (typeof value === 'string') return value.isWellFormed() ? [] : [`${path}: a lone surrogate`];
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path}: ${value}`];
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  return Object.entries(value).flatMap(([key, each]) => unstorable(each, `${path}.${key}`));
}

describe.each(Object.entries(sources))('the reader of %s', (tool, source) => {
  test(
    'makes a signal that can be stored, or refuses',
    () => {
      fc.assert(
        fc.property(fc.nat(), mutation, damage, (base, mutate, damaged) => {
          const bodies = bodiesOf(tool);
          const bytes = damaged(Buffer.from(marked(mutate(bodies[base % bodies.length]), 1)));
          let body: unknown;
          try {
            body = (source.parse ?? parseJson)(bytes);
          } catch (error) {
            expect(error).toMatchObject(error instanceof Unreadable ? {} : { status: 400 });
            return;
          }
          try {
            const reading = source.read(body, bytes, { receivedAt, policy, config });
            if (!('signal' in reading)) return;
            expect(reading.signal.id).toMatch(/^sig_[\da-f]{24}$/);
            expect(unstorable(reading.signal)).toEqual([]);
            expect(Buffer.byteLength(JSON.stringify(reading.signal))).toBeLessThan(900_000);
            const routed = routeSignal(reading.signal, policy);
            expect(unstorable(openIncident('inc_x', 0, reading.signal, routed, policy, receivedAt))).toEqual([]);
          } catch (error) {
            if (!(error instanceof Unreadable)) throw error;
            expect(error.message).toMatch(/\.$/);
          }
        }),
        runs(400),
      );
    },
    longestMs,
  );
});

describe('times', () => {
  const years = [Date.UTC(1999, 11, 31), Date.UTC(2200, 0, 2)] as const;
  const zone = fc.constantFrom('Asia/Tokyo', 'America/St_Johns', 'Africa/Monrovia', 'Pacific/Apia', 'UTC');
  const pieces = fc
    .array(
      fc.oneof(
        hostileText,
        fc.constantFrom(
          '2026',
          '-',
          '/',
          'T',
          ' ',
          ':',
          '09',
          '5',
          'Z',
          '+09:00',
          '年',
          '月',
          '日',
          'Nov',
          'pm',
          '時',
          '(月)',
        ),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(''));

  test(
    'any text is a time of these centuries, or none',
    () => {
      fc.assert(
        fc.property(fc.oneof(hostileText, pieces), zone, (text, where) => {
          for (const read of [
            readTime(text, where, receivedAt),
            readToolTime(text, where, receivedAt),
            readTime(plainTime(text), where, receivedAt),
          ]) {
            if (!read) continue;
            expect(read.at.getTime()).toBeGreaterThanOrEqual(years[0]);
            expect(read.at.getTime()).toBeLessThan(years[1]);
            if (read.isApproximate) expect(read.at.getTime()).toBeLessThanOrEqual(receivedAt.getTime());
          }
        }),
        runs(2_000),
      );
    },
    longestMs,
  );

  test('any number is a time of these centuries, or none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger()), (number) => {
        const read = readToolTime(number, policy.zone, receivedAt);
        if (read) expect([read.at.getTime() >= years[0], read.at.getTime() < years[1]]).toEqual([true, true]);
      }),
      runs(1_000),
    );
  });

  test('what is written as RFC 3339 is read as that instant, in every offset', () => {
    const at = fc.integer({ min: Date.UTC(2000, 0, 2), max: Date.UTC(2199, 11, 30) });
    const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(at, offset, zone, (millis, minutes, where) => {
        const sign = minutes < 0 ? '-' : '+';
        const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
        const two = (value: number): string => String(value).padStart(2, '0');
        const text = `${new Date(millis + minutes * 60_000).toISOString().slice(0, -1)}${sign}${two(hour)}:${two(minute)}`;
        expect(readTime(text, where, receivedAt)).toEqual({ at: new Date(millis), isApproximate: false });
      }),
      runs(500),
    );
  });

  test('a week is read as itself, or is none', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostileText,
          fc.tuple(fc.nat(9_999), fc.nat(99)).map(([year, week]) => `${year}-W${week}`),
        ),
        (id) => {
          const week = readWeek(id, policy.zone);
          if (week) expect([week.id, week.start < week.end]).toEqual([id, true]);
        },
      ),
      runs(1_000),
    );
  });

  test('what a channel says of when to come again is a wait, or nothing', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const wait = retryAfterMs(text, receivedAt);
        if (wait !== undefined) expect(wait).toBeGreaterThanOrEqual(0);
      }),
      runs(500),
    );
  });
});

describe('a table of past incidents', () => {
  const map = JSON.stringify({
    columns: { title: 'Name', filedAt: 'Date', affectedCustomerCount: 'Count', ticketUrl: 'Link', responders: 'Who' },
  });
  const cell = fc.oneof(
    hostileText,
    fc.constantFrom(
      '2026-06-01',
      'June 1, 2026 9:50 AM (GMT+9)',
      '2026年6月1日 9:50',
      '12',
      '1,200',
      'https://x.example',
    ),
  );
  const quoted = cell.map((text) => `"${text.replaceAll('"', '""')}"`);
  const row = fc.array(quoted, { minLength: 1, maxLength: 7 }).map((cells) => cells.join(','));

  test(
    'is understood row by row, or rejected by line; never by a crash',
    () => {
      fc.assert(
        fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
          const understood = readImport(['Name,Date,Count,Link,Who', ...rows].join('\n'), map, receivedAt);
          expect(unstorable(understood.incidents)).toEqual([]);
          for (const { line, errors } of understood.rejected)
            expect([line > 1, errors.length > 0]).toEqual([true, true]);
          expect(describeImport(understood)).toMatch(/^\d+ rows? understood/);
        }),
        runs(300),
      );
    },
    longestMs,
  );

  test('that is no table at all says so', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        try {
          readImport(text, map, receivedAt);
        } catch (error) {
          expect(String(error)).toMatch(/CsvError|Quote/);
        }
      }),
      runs(300),
    );
  });
});

test.each(Object.entries(releaseBodies))('what %s tells of a release can be stored, or is none', (source, bodies) => {
  fc.assert(
    fc.property(fc.nat(), mutation, (base, mutate) => {
      try {
        const reading = readerOf(source)(JSON.parse(mutate(bodies[base % bodies.length])), receivedAt, policy);
        if ('release' in reading) expect(reading.release.id).toMatch(/^rel_[\da-f]{24}$/);
        expect(unstorable(reading)).toEqual([]);
      } catch (error) {
        expect(error).toBeInstanceOf(NotARelease);
      }
    }),
    runs(400),
  );
});

test('a build is read as what can be stored, or is none', () => {
  fc.assert(
    fc.property(mutation, (mutate) => {
      try {
        expect(unstorable(readBuild(JSON.parse(mutate(buildMessage)), receivedAt))).toEqual([]);
      } catch (error) {
        expect(error).toBeInstanceOf(NotARelease);
      }
    }),
    runs(600),
  );
});

test('channels are read, or refused without repeating what was configured', () => {
  const channel = {
    kind: 'webhook',
    url: 'https://hooks.example/s3cret-path',
    secret: 'whsec_c2VjcmV0LXNlY3JldC1zZWM=',
    name: 'x',
  };
  fc.assert(
    fc.property(mutation, hostileValue, (mutate, more) => {
      try {
        for (const read of readChannels(mutate([channel, more]))) {
          expect(read.name).not.toBe('');
          if ('url' in read) expect(read.url).toMatch(/^https?:/);
          if ('channel' in read) expect(read.channel).toMatch(/^[CG][A-Z0-9]+$/);
        }
      } catch (error) {
        expect(String(error)).toMatch(/NOTIFY_CHANNELS/);
        expect(String(error)).not.toMatch(/s3cret|c2Vj/);
      }
    }),
    runs(300),
  );
});
