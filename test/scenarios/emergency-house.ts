/** A house in which reports make emergencies, by themselves or several of one area. */
import { afterAll, beforeAll, expect } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { openScenario, type Scenario } from './house.ts';

export const minuteMs = 60_000;

/** What makes a report count no more. */
export const degraded = { type: 'corrected', field: 'businessImpact', value: 'degraded' };

/** It is there while the tests of the file run; `payment` is the one key area. */
export function useEmergencies() {
  let scenario: Scenario;
  const areasBefore = policy.emergency.areas;
  beforeAll(async () => {
    policy.emergency.areas = ['payment'];
    scenario = await openScenario('2026-11-24T01:00:00Z');
  });
  afterAll(async () => {
    policy.emergency.areas = areasBefore;
    await scenario.stop();
  });

  const clock = async (): Promise<number> => Date.parse((await scenario.get('/_local/clock')).body.now);
  const read = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;
  const state = (id: string, body: object) => scenario.post(`/api/incidents/${id}/events`, body);
  const told = async (id: string) => (await scenario.inbox()).filter((each) => each.incidentId === id);
  /** The last event that says an emergency has ended. */
  const ended = async (id: string) => {
    const { events } = (await scenario.get(`/api/incidents/${id}/timeline?limit=200`)).body;
    return events.findLast((each: { type: string }) => each.type === 'emergency-ended');
  };

  let tickets = 0;
  /** @returns the incident's id; its customer is another for each */
  async function report(facts: object): Promise<string> {
    tickets += 1;
    const body = { id: `K-${tickets}`, subject: `会計 ${tickets}`, customer: { id: `shop-${tickets}` }, ...facts };
    const { status, body: answer } = await scenario.ticket(body);
    expect([body, status]).toEqual([body, 201]);
    return (answer.incident ?? answer.question).id;
  }

  /** Nobody waits for it any more, so that the clock can run quietly. */
  async function close(id: string): Promise<void> {
    await state(id, { type: 'verified', happened: 'no', method: '再現せず', evidenceUrl: 'https://logs.example/1' });
    await state(id, { type: 'customer-updated', customers: 'all', message: '発生を確認できませんでした' });
  }

  /** Reports of one area at these seconds of a past quarter of an hour. */
  async function reports(area: string, seconds: number[], facts: (index: number) => object = () => ({})) {
    const from = (await clock()) - 20 * minuteMs;
    const ids: string[] = [];
    for (const [index, second] of seconds.entries()) {
      const reportedAt = new Date(from + second * 1_000).toISOString();
      ids.push(await report({ area, businessImpact: 'stopped', ongoing: 'yes', reportedAt, ...facts(index) }));
    }
    await scenario.advance('PT1M');
    return ids;
  }

  const emergencies = async (ids: string[]): Promise<number[]> => {
    const found = await Promise.all(ids.map(read));
    return found.flatMap(({ emergency }, index) => (emergency && emergency.endedAt === null ? [index] : []));
  };

  return {
    advance: (duration: string) => scenario.advance(duration),
    contacts: async (id: string) => (await scenario.get(`/api/incidents/${id}/contacts`)).body.contacts,
    clock,
    read,
    state,
    told,
    ended,
    report,
    close,
    reports,
    emergencies,
  };
}
