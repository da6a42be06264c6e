import { expect, test } from 'vitest';
import { readBuild } from '../../functions/evidence/build.ts';
import { readerOf } from '../../functions/evidence/release-sources.ts';
import { answerKinds } from '../../functions/incidents/incident.ts';
import { statementSchema } from '../../functions/incidents/statements/statement-schemas.ts';
import { readGenericTicket } from '../../functions/intake/sources/generic.ts';
import type { Reading } from '../../functions/intake/sources/source.ts';
import { sourceOf } from '../../functions/intake/sources/sources.ts';
import { configOf } from '../../functions/platform/config.ts';
import { policy } from '../../functions/policy.ts';
import { progressOn } from '../../infra/demo/progress.ts';
import { type Step, tell, today, weeks } from '../../infra/demo/story.ts';
import { storyTexts } from '../../infra/demo/words.ts';

const start = Date.parse('2026-05-24T15:00:00Z');
const end = Date.parse('2026-11-24T02:00:00Z');
const story = tell(start, end, 7, 'ja');
const ticketsOf = (from: number, to: number, isQuestion: boolean): number =>
  story.filter(
    ({ at, do: what }) =>
      what.kind === 'ticket' &&
      (what.body.category === 'question') === isQuestion &&
      at >= start + from * 7 * 86_400_000 &&
      at < start + to * 7 * 86_400_000,
  ).length;

test('a seed tells the same half year every time, in order, and another seed another one', () => {
  expect(tell(start, end, 7, 'ja')).toEqual(story);
  expect(tell(start, end, 8, 'ja')).not.toEqual(story);
  expect(story.map((step) => step.at)).toEqual(story.map((step) => step.at).toSorted((a, b) => a - b));
  // The last hour and a half are what burns today.
  for (let seed = 0; seed < 48; seed += 1) {
    const until = start + weeks * 7 * 86_400_000 + seed * 3_600_000;
    const outside = tell(start, until, seed, 'ja').filter(({ at }) => at < start || at > until - 90 * 60_000);
    expect([seed, outside]).toEqual([seed, []]);
  }
});

test('each language tells the same half year, and English has no Japanese in it', () => {
  const english = [...tell(start, end, 7, 'en'), ...today(end, 'en')];
  const shape = (steps: Step[]) => steps.map(({ at, do: what }) => [at, what.kind]);
  expect(shape(english)).toEqual(shape([...story, ...today(end, 'ja')]));
  expect(JSON.stringify([english, storyTexts('en')])).not.toMatch(/[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}]/u);
});

test('in month four a new workflow swallows incidents as questions', () => {
  expect(ticketsOf(0, 14, false) / 14).toBeGreaterThan(4);
  expect(ticketsOf(15, weeks - 1, false) / 10).toBeLessThan(1.8);
  expect(ticketsOf(15, weeks - 1, true)).toBeGreaterThan(2 * ticketsOf(0, 10, true));
});

test('some customers are written to on their tickets, and those are the desk’s alone', () => {
  const desk = new Set(
    [...story, ...today(end, 'ja')].flatMap(({ do: what }) => (what.kind === 'ticket' && what.desk ? [what.id] : [])),
  );
  const written = [...story, ...today(end, 'ja')].flatMap(({ do: what }) => (what.kind === 'update' ? [what.id] : []));
  expect(desk.size).toBeGreaterThan(5);
  expect(written.length).toBeGreaterThan(10);
  expect(written.filter((id) => !desk.has(id))).toEqual([]);
});

test('the half year has one emergency and two drills', () => {
  const tickets = story.flatMap(({ do: what }) => (what.kind === 'ticket' ? [what.body] : []));
  expect(tickets.filter((each) => each.drill === true)).toHaveLength(2);
  const isMany = (each: Record<string, unknown>): boolean => Number(each.affectedCustomerCount ?? 0) >= 10;
  const large = tickets.filter((each) => each.businessImpact === 'stopped' && isMany(each));
  expect(large.map((each) => each.id)).toEqual(['T-8001']);
  const stopped = new Set(tickets.filter((each) => each.businessImpact === 'stopped').map((each) => each.id));
  const counted = story.flatMap(({ do: what }) =>
    what.kind === 'say' && stopped.has(what.id) && isMany(what.statement) ? [what.id] : [],
  );
  expect(counted).toEqual(['T-8001']);
  const roles = story.flatMap(({ do: what }) => (what.kind === 'say' ? (what.statement.role ?? []) : []));
  expect(roles).toEqual(['lead', 'customers', 'record']);
});

test('alerts come from two tools, and GitHub tells of most releases', () => {
  const tools = story.flatMap(({ do: what }) => (what.kind === 'alert' ? [what.tool] : []));
  expect(new Set(tools)).toEqual(new Set(['monitoring', 'alertmanager']));
  const told = story.flatMap(({ do: what }) => (what.kind === 'build' ? [what.deployment !== undefined] : []));
  expect(told.filter((each) => each).length).toBeGreaterThan(told.length / 2);
});

test('as the visitor comes in, something is overdue: nobody has heard about the newest trouble', () => {
  const newest = today(end, 'ja').find(({ do: what }) => what.kind === 'ticket' && what.id === 'T-9003');
  expect(end - (newest?.at ?? 0)).toBeGreaterThan(15 * 60_000);
  expect(today(end, 'ja').some(({ do: what }) => what.kind === 'say' && what.id === 'T-9003')).toBe(false);
});

test('it says how far it is, by a bar on a terminal and by a line for each tenth elsewhere', () => {
  const told = (isTTY: boolean): string[] => {
    const texts: string[] = [];
    const show = progressOn({ isTTY, write: (text: string) => texts.push(text) });
    for (let step = 0; step <= 200; step += 1) show(step / 200, start + (step / 200) * (end - start));
    return texts;
  };
  const lines = told(false);
  expect(lines).toHaveLength(11);
  expect([lines[0], lines[5], lines[10]]).toEqual(['  0% 2026-05-24\n', ' 50% 2026-08-24\n', '100% 2026-11-24\n']);
  const bars = told(true);
  expect(bars).toHaveLength(201);
  expect(bars.join('').match(/\n/g)).toHaveLength(1);
  expect(bars.at(-1)).toBe(`\r${'█'.repeat(30)} 2026-11-24 \n`);
});

test('nothing is recorded before it has happened, nor said of what is not there yet', () => {
  const there = new Set<string>();
  const late: number[] = [];
  for (const { at, do: what } of [...story, ...today(end, 'ja')].toSorted((one, other) => one.at - other.at)) {
    if (what.kind === 'ticket') there.add(what.id);
    if (what.kind === 'alert') there.add(what.id);
    if (what.kind === 'say' || what.kind === 'update' || what.kind === 'answer') {
      expect([what.id, there.has(what.id)]).toEqual([what.id, true]);
    }
    if (what.kind === 'say' && typeof what.statement.occurredAt === 'string') {
      late.push(at - Date.parse(what.statement.occurredAt));
    }
  }
  expect(late.length).toBeGreaterThan(500);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...late)).toBeLessThan(5 * 60_000);
});

test('every word of it is one that the product knows: nothing that is told is left out or refused', () => {
  const told = [...story, ...today(end, 'ja')];
  const config = configOf({});
  const sent = (body: unknown): Buffer => Buffer.from(JSON.stringify(body));
  const leftOut = (reading: Reading): unknown => ('signal' in reading ? reading.signal?.problems : reading);
  const problemsOf = ({ at, do: what }: Step): unknown => {
    switch (what.kind) {
      case 'ticket':
        return leftOut(readGenericTicket(what.body, sent(what.body), { receivedAt: new Date(at), policy, config }));
      case 'alert':
        return leftOut(
          sourceOf(what.tool)?.read(what.body, sent(what.body), { receivedAt: new Date(at), policy, config }) ?? {
            ignored: 'no source',
          },
        );
      case 'say':
        return statementSchema.safeParse(what.statement).error?.issues ?? [];
      case 'answer':
        return answerKinds.some((each) => each === what.answer.kind) ? [] : [what.answer];
      case 'build': {
        const { startedAt, finishedAt, ...read } = readBuild(what.body, new Date(at));
        expect([startedAt, finishedAt]).toEqual([new Date(at - 4 * 60_000), new Date(at)]);
        if (what.deployment) {
          const reading = readerOf('github')(what.deployment, new Date(at), policy);
          expect(reading).toMatchObject({ release: { commit: read.commit, startedAt, finishedAt, status: 'SUCCESS' } });
        }
        return ['url', 'branch', 'project', 'commit', 'repository', 'status'].filter((each) => !(each in read));
      }
      default:
        return [];
    }
  };
  expect(told.map((step) => [step.do, problemsOf(step)])).toEqual(told.map((step) => [step.do, []]));
});

test('nobody counts fewer customers than the ticket names', () => {
  const named = new Map(
    [...story, ...today(end, 'ja')].flatMap(({ do: what }) => {
      if (what.kind !== 'ticket') return [];
      const { affectedCustomers = [], affectedCustomerCount } = what.body as {
        affectedCustomers?: unknown[];
        affectedCustomerCount?: number;
      };
      const names = 1 + affectedCustomers.length;
      return [[what.id, Math.max(names, affectedCustomerCount ?? names)] as const];
    }),
  );
  const counts = story.flatMap(({ do: what }) =>
    what.kind === 'say' && what.statement.type === 'scoped' && named.has(what.id)
      ? [[what.id, Number(what.statement.affectedCustomerCount), named.get(what.id) ?? 0] as const]
      : [],
  );
  expect(counts.length).toBeGreaterThan(50);
  expect(counts.filter(([, counted, least]) => counted < least)).toEqual([]);
  // Most are few: some count nobody but those who are named.
  expect(counts.some(([, counted, least]) => counted === least)).toBe(true);
});

test('each week is met about once, the next Monday; one of them a week late', () => {
  const week = 7 * 86_400_000;
  const met = story.flatMap(({ at, do: what }) => (what.kind === 'meeting' ? [[what.before, at - what.before]] : []));
  const mondays = Array.from({ length: weeks }, (_, of) => start + (of + 1) * week).filter((each) => each < end);
  expect(met.map(([before]) => before).toSorted()).toEqual(mondays.slice(0, met.length));
  expect(met.filter(([, after = 0]) => after >= week)).toHaveLength(1);
  expect(mondays.length - met.length).toBeLessThanOrEqual(1);
});

test('each alert that opens ends within the hour, as the same incident', () => {
  const told = story.flatMap(({ at, do: what }) => {
    if (what.kind !== 'alert') return [];
    const receivedAt = new Date(at);
    const bytes = Buffer.from(JSON.stringify(what.body));
    const reading = sourceOf(what.tool)?.read(what.body, bytes, { receivedAt, policy, config: configOf({}) });
    return reading && 'signal' in reading ? [{ storyId: what.id, ...reading.signal }] : [];
  });
  const opened = told.filter(({ kind }) => kind === 'alert-opened');
  expect(opened.length).toBeGreaterThan(5);
  for (const { storyId, sourceId, alert } of opened) {
    const ends = told.filter((each) => each.sourceId === sourceId && each.kind === 'alert-closed');
    expect(ends.map((each) => each.storyId)).toEqual([storyId]);
    const lasted = (ends[0]?.alert?.endedAt?.getTime() ?? 0) - (alert?.startedAt?.getTime() ?? 0);
    expect(lasted).toBeGreaterThan(0);
    expect(lasted).toBeLessThan(3_600_000);
  }
});

test('the error rate passes what the alert policy allows in the last quarter of an hour or so, and not before', () => {
  const rates = today(end, 'ja').flatMap(({ at, do: what }) =>
    what.kind === 'measured' ? [[at, what.value] as const] : [],
  );
  const high = rates.filter(([, value]) => value > 5).map(([at]) => (end - at) / 60_000);
  expect(Math.max(...high)).toBeLessThan(20);
  expect(Math.min(...high)).toBeLessThan(5);
  expect(rates.filter(([at]) => end - at < 16 * 60_000).every(([, value]) => value > 5)).toBe(true);
});
