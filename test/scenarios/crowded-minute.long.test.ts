/** Thousands of calm deadlines in one minute, and one urgent report in the middle of them. */
import { beforeAll, expect, test } from 'vitest';
import { contactRef, type Timer } from '../../functions/incidents/record/records.ts';
import { firestore, incidentRef, timerRef } from '../../functions/platform/firestore.ts';
import { useScenario } from './house.ts';

/** `CROWD=15000` plays the whole: two and a half minutes on two quiet cores. */
const calmCount = Number(process.env.CROWD ?? 4_000);
const scenario = useScenario('2026-11-24T01:00:00Z');
let dueAt: Date;

beforeAll(async () => {
  const calm = {
    occurredAt: '2026-11-20T01:00:00Z',
    ongoing: 'no',
    differsFromExpected: 'yes',
    businessImpact: 'inconvenient',
  };
  const filed = await scenario.ticket({ id: 'T-calm', subject: '表示がずれる', customer: { id: 'store-1' }, ...calm });
  await scenario.advance('PT2M');
  const { id } = filed.body.incident;
  await scenario.post(`/api/incidents/${id}/events`, { type: 'responded' });
  await scenario.advance('PT1M');
  await copy(id);
});

/** As if each had been reported by itself in the same minute, and all are told by now but of what is due next. */
async function copy(from: string): Promise<void> {
  const incident = (await incidentRef(from).get()).data();
  const [contact] = (await incidentRef(from).collection('contacts').get()).docs;
  const timer = (await timerRef(from).get()).data() as Timer | undefined;
  dueAt = contact?.get('nextUpdateDueAt').toDate();
  for (let first = 1; first < calmCount; first += 150) {
    const batch = firestore().batch();
    for (let n = first; n < Math.min(first + 150, calmCount); n += 1) {
      const id = `inc_${n.toString(16).padStart(24, '0')}`;
      scenario.written.add(id);
      batch.set(incidentRef(id), { ...incident, id });
      batch.set(contactRef(id, contact?.id ?? ''), { ...contact?.data(), incidentId: id });
      batch.set(timerRef(id), { ...timer, id, subjectId: id });
    }
    await batch.commit();
  }
}

test('the urgent report is announced before all of them, and each is reminded of before it is due', async () => {
  const before = (await scenario.inbox()).length;
  // The tick of the minute in which all of them fall due is lost; half a minute later the report comes in.
  const until = (beforeDueSeconds: number): Promise<void> => {
    const leftMs = dueAt.getTime() - scenario.house.cloud.clock.now();
    return scenario.advance(`PT${Math.floor(leftMs / 1_000) - beforeDueSeconds}S`);
  };
  await until(330);
  scenario.house.cloud.faults.add({ target: 'scheduler.run', match: 'minute-tick', effect: 'hang', times: 1 });
  await until(270);
  expect(await scenario.inbox()).toHaveLength(before);
  const urgent = await scenario.ticket({
    id: 'T-urgent',
    subject: '全店のレジが止まった',
    ongoing: 'yes',
    businessImpact: 'stopped',
    customer: { id: 'store-2' },
  });
  await scenario.advance('PT1M');
  const told = (await scenario.inbox()).slice(before);
  expect(told[0]?.incidentId).toBe(urgent.body.incident.id);
  const reminders = told.filter((each) => each.kind === 'update-due');
  expect(new Set(reminders.map((each) => each.incidentId)).size).toBe(calmCount);
  expect(reminders.every((each) => new Date(each.deliveredAt) < dueAt)).toBe(true);
});
