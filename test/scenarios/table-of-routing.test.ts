/** Tables A and B as they can be seen: which incident a report joins, how urgent it is, and why. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { instant } from './rows.ts';
import { Timetable } from './timetable.ts';

// biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
type Body = any;

let timetable: Timetable;
/** A house at ten o’clock, in which nobody waits: hours then pass quickly. */
async function moveIn(): Promise<void> {
  await timetable?.stop();
  timetable = await Timetable.open();
}
beforeAll(moveIn);
afterAll(() => timetable?.stop());

let count = 0;
async function file(fields: Record<string, unknown>): Promise<Body> {
  count += 1;
  const { body } = await timetable.scenario.ticket({ id: `R-${count}`, subject: '場所を知りたい', ...fields });
  return body.incident ?? body.question ?? body.outside;
}

describe('how urgent it is, at ten o’clock', () => {
  test('a spilled or replayed body is judged by when it first came', async () => {
    const body = { id: 'R-spilled', subject: 'x', occurredAt: instant('08:30') };
    await timetable.scenario.publish('ticket-notifications', body, { receivedAt: instant('09:20') });
    await timetable.until('10:00');
    const { incidents } = (await timetable.scenario.get('/api/incidents?limit=200')).body;
    expect(incidents.find((each: Body) => each.origin.id === 'R-spilled')).toMatchObject({
      urgency: { level: 'high', inputs: { ageMinutes: 50 } },
      receivedAt: instant('09:20'),
      reportedAt: instant('09:20'),
      filedAt: instant('10:00'),
    });
  });
});

describe('which incident an alert is of', () => {
  beforeAll(moveIn);

  const over = { type: 'recovered', customers: 'all' };
  const gone = { type: 'verified', happened: 'no', method: 'logs', evidenceUrl: 'https://x.example' };
  const statements: Record<string, Record<string, unknown>> = { over, gone };
  /** Alerts at their times, what is stated of the first incident, and the incident of each alert that opened, by number. */
  const storms: Record<string, [words: string, are: string]> = {
    'an hour after the last': ['10:00 a, 11:00 b', 'a 1, b 1'],
    'a millisecond more': ['10:00 a, 11:00:00.001 b', 'a 1, b 2'],
    'an hour after the last, and not after the first': ['10:00 a, 10:40 b, 11:40 c', 'a 1, b 1, c 1'],
    'where the key is too coarse to tell, the signals are asked': ['10:00 a, 10:04 b, 11:04 c', 'a 1, b 1, c 1'],
    'and tell also that it is over': ['10:00 a, 10:04 b, 11:04:00.001 c', 'a 1, b 1, c 2'],
    'a close does not keep it alive': ['10:00 a, 10:40 a closed, 11:10 b', 'a 1, b 2'],
    'an hour after the recovery, however recent the last alert is': [
      '10:00 a, 10:30 b, 10:30 over, 11:30 c',
      'a 1, b 1, c 2',
    ],
    'just before an hour after the recovery': ['10:00 a, 10:10 over, 10:50 b, 11:09:59.999 c', 'a 1, b 1, c 1'],
    'an hour after a recovery that another alert has undone': [
      '10:00 a, 10:10 over, 10:50 b, 11:10 c',
      'a 1, b 1, c 1',
    ],
    'not found to occur: the next is another': ['10:00 a, 10:10 gone, 10:20 b', 'a 1, b 2'],
    'two alerts open, the first closes: still one': ['10:00 a, 10:05 b, 10:10 a closed, 10:20 c', 'a 1, b 1, c 1'],
  };
  const seen = new Map<string, string>();

  test('all the storms, on one clock', async () => {
    const ids = new Map<string, string[]>();
    const all = Object.entries(storms).flatMap(([name, [words]], number) =>
      words.split(', ').map((word) => {
        const [time = '', what = '', state] = word.split(' ');
        return { name, number, time, what, state: state as 'closed' | undefined };
      }),
    );
    all.sort((a, b) => Date.parse(instant(a.time)) - Date.parse(instant(b.time)));
    for (const { name, number, time, what, state } of all) {
      await timetable.until(time);
      const own = ids.get(name) ?? [];
      ids.set(name, own);
      const statement = statements[what];
      if (statement) {
        expect((await timetable.state(own[0] as string, statement)).status).toBe(201);
        continue;
      }
      const alert = thresholdAlert({
        id: `0.${number}${what}`,
        policy: `storm-${number}`,
        startedAt: new Date(instant(time)),
        ...(state ? { state, endedAt: new Date(instant(time)) } : {}),
      });
      const { incident } = (await timetable.scenario.alert(alert)).body;
      if (state) continue;
      if (!own.includes(incident.id)) own.push(incident.id);
      seen.set(name, [seen.get(name), `${what} ${own.indexOf(incident.id) + 1}`].filter(Boolean).join(', '));
    }
  });
  test.each(Object.entries(storms))('%s', (name, [, are]) => expect(seen.get(name)).toBe(are));

  test.each([
    ['another policy', { policy: 'other' }],
    ['another project', { project: 'other' }],
  ])('of %s it is another', async (name, { policy, project }: { policy?: string; project?: string }) => {
    const one = thresholdAlert({ id: `0.${name}1`, policy: 'same' });
    const other = thresholdAlert({ id: `0.${name}2`, policy: policy ?? 'same' });
    if (project) other.incident.scoping_project_id = project;
    const [first, second] = [await timetable.scenario.alert(one), await timetable.scenario.alert(other)];
    expect(second.status).toBe(201);
    expect(second.body.incident.id).not.toBe(first.body.incident.id);
  });
});

describe('three who ask the same', () => {
  beforeAll(moveIn);

  /** Who asks at which time, with what besides, and what becomes of each. */
  const cases: Record<string, [asked: string, are: string]> = {
    'within exactly an hour': ['12:00 a, 12:30 b, 13:00 c', 'linked, linked, open'],
    'a millisecond more': ['12:00 a, 12:30 b, 13:00:00.001 c', 'question, question, question'],
    'one of them twice': ['12:00 a, 12:10 b, 12:20 b', 'question, question, question'],
    'of another area': ['12:00 a, 12:10 b elsewhere, 12:20 c', 'question, question, question'],
    'by another form': ['12:00 a, 12:10 b otherwise, 12:20 c', 'question, question, question'],
    'without an area': ['12:00 a nowhere, 12:10 b nowhere, 12:20 c nowhere', 'question, question, question'],
    'one of them unnamed': ['12:00 a, 12:10 nobody, 12:20 c', 'question, question, question'],
    'and a fourth joins': ['12:00 a, 12:10 b, 12:20 c, 12:30 d', 'linked, linked, open, linked'],
  };
  const besides: Record<string, Record<string, unknown>> = {
    elsewhere: { area: 'other' },
    otherwise: { form: 'spec-question' },
    nowhere: { area: undefined },
  };
  const filed = new Map<string, string[]>();

  test('all of them, on one clock', async () => {
    const all = Object.entries(cases).flatMap(([name, [asked]], number) =>
      asked.split(', ').map((each) => {
        const [time = '', customer = '', more = ''] = each.split(' ');
        return { name, number, time, customer, more };
      }),
    );
    all.sort((a, b) => Date.parse(instant(a.time)) - Date.parse(instant(b.time)));
    for (const { name, number, time, customer, more } of all) {
      await timetable.until(time);
      const asks = { category: 'question', differsFromExpected: 'no', form: 'how-to', area: `area ${number}` };
      const record = await file({
        ...asks,
        ...(customer === 'nobody' ? {} : { customer: { id: `${number}${customer}` } }),
        ...besides[more],
      });
      filed.set(name, [...(filed.get(name) ?? []), record.id]);
    }
  });
  test.each(Object.entries(cases))('%s', async (name, [, are]) => {
    const records = await Promise.all((filed.get(name) ?? []).map((id) => timetable.incident(id)));
    expect(records.map((each) => (each.kind === 'question' ? 'question' : each.status)).join(', ')).toBe(are);
    const survivor = records.find((each) => each.kind === 'incident' && each.status === 'open');
    if (survivor) expect(survivor.impact.affectedCustomerCount).toBe(records.length);
  });
});

describe('a question while an alert of its service is open', () => {
  beforeAll(moveIn);

  test.each([
    ['an hour after it opened', '15:00', 'PAY', 'question-open-alert'],
    ['a millisecond more', '15:00:00.001', 'pay', 'question'],
    ['of another service', '15:00:00.001', 'till', 'question'],
  ])('%s', async (name, time, area, rule) => {
    if (name.startsWith('an hour')) {
      await timetable.until('14:00');
      await timetable.scenario.alert(thresholdAlert({ id: '0.pay', policy: 'pay', labels: { service: 'Pay' } }));
    }
    await timetable.until(time);
    const record = await file({ category: 'question', differsFromExpected: 'no', area });
    expect(record.routing.rule).toBe(rule);
  });
});
