/** Internal notes tell the reporter what became of it: on their own ticket, by rule, once, and no customer sees it. */
import { beforeEach, expect, test } from 'vitest';
import { codeOf } from '../../functions/incidents/incident.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { zendeskEvent } from '../fixtures/tickets.ts';
import { type Reply, useScenario } from './house.ts';
import { ticketDoors } from './ticket-doors.ts';

const scenario = useScenario('2026-11-24T01:02:00.000Z', { environment: toolSecrets });
beforeEach(() => scenario.house.cloud.faults.clear());

const zendesk = (id: string, detail: Record<string, unknown> = {}, metronome = {}): Promise<Reply> => {
  const event = zendeskEvent('created', { id: `e-${id}`, detail: { id, organization_id: `store-${id}`, ...detail } });
  return ticketDoors(scenario).event({ ...event, metronome });
};
const freshdesk = (id: string): Promise<Reply> => ticketDoors(scenario).reported('freshdesk', id);
interface Comment {
  body: string;
  isPublic: boolean;
}
const notesOn = async (tool: string, id: string): Promise<string[]> => {
  const { body } = await scenario.get(`/_local/tools/${tool}/tickets/${id}`);
  const comments: Comment[] = body.comments;
  expect(comments.filter((each) => each.isPublic)).toEqual([]);
  return comments.map((each) => each.body);
};
const say = (id: string, statement: Record<string, unknown>): Promise<Reply> =>
  scenario.post(`/api/incidents/${id}/events`, statement);

test('what was filed has its code, its urgency and why, and its page; its end is told too', async () => {
  const { id } = (await zendesk('81001')).body.incident;
  await scenario.advance('PT2M');
  const [filed, ...more] = await notesOn('zendesk', '81001');
  expect(more).toEqual([]);
  expect(filed).toContain(codeOf(id));
  expect(filed).toContain('緊急性: 高(発生日時不明)');
  expect(filed).toContain(`/incidents/${id}`);
  await say(id, { type: 'recovered' });
  await scenario.advance('PT2M');
  const [, recovered] = await notesOn('zendesk', '81001');
  expect(recovered).toContain('業務回復');

  const other = (await freshdesk('81002')).body.incident;
  await say(other.id, { type: 'verified', happened: 'no', method: '画面の再現', evidenceUrl: 'https://e.example/1' });
  await scenario.advance('PT2M');
  expect((await notesOn('freshdesk', '81002')).map((each) => each.split('\n')[0])).toEqual([
    expect.stringContaining('起票'),
    expect.stringContaining('発生を確認できませんでした'),
  ]);
  // No customer has been told anything by it, and nobody has to see to it.
  const { body } = await scenario.get(`/api/incidents/${other.id}/updates`);
  expect(body.updates).toEqual([]);
});

test('a question that becomes an incident says by which rule', async () => {
  const asked = { tags: ['question'], subject: '返金の手順について', description: '手順を知りたいです。' };
  const { id } = (await zendesk('81010', asked, { differsFromExpected: 'no' })).body.question;
  await scenario.advance('PT2M');
  expect(await notesOn('zendesk', '81010')).toEqual([]);
  await scenario.post(`/api/questions/${id}/answer`, { kind: 'setting-changed' });
  await scenario.advance('PT2M');
  const [note] = await notesOn('zendesk', '81010');
  expect(note).toContain('質問として受け付けた');
  expect(note).toContain('設定やデータの変更が必要');
});

test('that it was a question first is told to who asked, and to nobody whose report belongs with it', async () => {
  const asked = { tags: ['question'], subject: '返金の手順について', description: '手順を知りたいです。' };
  const { id } = (await zendesk('81015', asked, { differsFromExpected: 'no' })).body.question;
  const other = (await freshdesk('81016')).body.incident.id;
  await scenario.advance('PT2M');
  await scenario.post(`/api/questions/${id}/reclassify`, { why: '会計できないとのこと' });
  await say(other, { type: 'linked', to: id, basis: 'same-cause' });
  await scenario.advance('PT2M');
  expect((await notesOn('zendesk', '81015')).filter((each) => each.includes('質問として'))).toHaveLength(1);
  expect((await notesOn('freshdesk', '81016')).filter((each) => each.includes('質問として'))).toEqual([]);
});

test('the reporter of what was linked hears about the end as well', async () => {
  const survivor = (await zendesk('81020')).body.incident.id;
  const linked = (await freshdesk('81021')).body.incident.id;
  await say(linked, { type: 'linked', to: survivor, basis: 'same-cause' });
  await scenario.advance('PT2M');
  await say(survivor, { type: 'recovered' });
  await scenario.advance('PT2M');
  for (const [tool, id] of [
    ['zendesk', '81020'],
    ['freshdesk', '81021'],
  ] as const) {
    expect((await notesOn(tool, id)).filter((each) => each.includes('業務回復'))).toHaveLength(1);
  }
});

test('a drill writes nothing to any tool, whatever becomes of it', async () => {
  const { id } = (await zendesk('81030', { tags: ['metronome-drill'] })).body.incident;
  await scenario.advance('PT2M');
  await scenario.post(`/api/incidents/${id}/updates`, { customers: 'all', message: '訓練です' });
  await say(id, { type: 'recovered' });
  await scenario.advance('PT5M');
  expect(await notesOn('zendesk', '81030')).toEqual([]);
});
