/** What a report belongs together with, where its process dies once it is filed: the next look joins them. */
import { expect, test } from 'vitest';
import type { Incident } from '../../functions/incidents/incident.ts';
import { fileSignal } from '../../functions/incidents/signals/file-signal.ts';
import { generic } from '../../functions/intake/sources/generic.ts';
import type { IntakeSource } from '../../functions/intake/sources/source.ts';
import { zendesk } from '../../functions/intake/sources/zendesk.ts';
import { configOf } from '../../functions/platform/config.ts';
import { fromDocument, incidentRef, timerRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { zendeskEvent } from '../fixtures/tickets.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

const now = async (): Promise<Date> => new Date((await scenario.get('/_local/clock')).body.now);
const read = async (id: string): Promise<Incident> => fromDocument((await incidentRef(id).get()).data());

/** All that a door does of it before it dies. @returns its incident */
async function file(source: IntakeSource, body: object): Promise<string> {
  const receivedAt = await now();
  const bytes = Buffer.from(JSON.stringify(body));
  const config = configOf({ JOIN_KEY_SECRET: 'local' });
  const reading = source.read(body, bytes, { receivedAt, policy, config });
  if (!('signal' in reading)) throw new Error(reading.ignored);
  const intake = { ...reading, raw: { bytes, contentType: 'application/json', receivedAt }, attempt: 'att_1' };
  const filing = await fileSignal(intake, { actor: source.tool, now: receivedAt, policy });
  return filing?.incident.id ?? '';
}

let events = 0;
const ticket = (id: string, what = 'created', detail = {}, event = {}) => {
  events += 1;
  return zendeskEvent(what, { id: `late-${events}`, detail: { id, organization_id: `store-${id}`, ...detail }, event });
};

test('a report that names its problem ticket, at first or later', async () => {
  const problem = await file(zendesk, ticket('700'));
  await scenario.advance('PT1M');
  const [first, later] = [
    await file(zendesk, ticket('701', 'created', { problem_id: 700 })),
    await file(zendesk, ticket('702')),
  ];
  await scenario.advance('PT2M');
  expect(await read(first)).toMatchObject({ status: 'linked', linkedTo: problem });
  expect((await read(later)).status).toBe('open');
  await file(zendesk, ticket('702', 'subject_changed', { problem_id: 700 }, { current: 'x' }));
  await scenario.advance('PT2M');
  expect(await read(later)).toMatchObject({ status: 'linked', linkedTo: problem });
});

test('once it is done, or somebody has told them apart, no more', async () => {
  const problem = await file(zendesk, ticket('710'));
  const named = await file(zendesk, ticket('711', 'created', { problem_id: 710 }));
  await scenario.advance('PT2M');
  const unlinked = await scenario.post(`/api/incidents/${named}/events`, { type: 'unlinked' });
  expect(unlinked.status).toBe(201);
  await file(zendesk, ticket('711', 'subject_changed', { problem_id: 710 }, { current: 'y' }));
  await scenario.advance('PT2M');
  expect((await read(named)).status).toBe('open');
  const kinds = (await timerRef(named).get()).get('pending') as { kind: string }[];
  expect(kinds.filter(({ kind }) => kind === 'related')).toEqual([]);
  expect((await read(problem)).status).toBe('open');
});

test('the questions of which it is the third, and those that come after', async () => {
  const same = (index: number) => ({
    id: `Q-${index}`,
    subject: '設定の場所',
    category: 'question',
    differsFromExpected: 'no',
    form: 'how-to',
    area: 'settings',
    customer: { id: `asker-${index}` },
  });
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) ids.push(await file(generic, same(index)));
  await scenario.advance('PT2M');
  for (const id of ids.slice(0, 2)) expect(await read(id)).toMatchObject({ status: 'linked', linkedTo: ids[2] });
  const fourth = await file(generic, same(3));
  await scenario.advance('PT2M');
  expect(await read(fourth)).toMatchObject({ status: 'linked', linkedTo: ids[2] });
});
