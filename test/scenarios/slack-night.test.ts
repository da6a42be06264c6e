/** A night played with nothing but Slack: from the notice to the recovery in five presses, on one card that stays true. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolSecrets } from '../fixtures/secrets.ts';
import { openSlackScenario, type SlackScenario, saidOn } from './slack-house.ts';
import { ticketDoors } from './ticket-doors.ts';

const start = '2026-11-24T17:02:00.000Z';
const person = 'UTANAKA';

let night: SlackScenario;
let incidentId: string;
beforeAll(async () => {
  night = await openSlackScenario(start, { ...toolSecrets, SENDERS: 'example.jp' });
});
afterAll(() => night.stop());

const incident = async () => (await night.get(`/api/incidents/${incidentId}`)).body;
const timeline = async (): Promise<{ type: string; actor: string; detail: Record<string, unknown> }[]> =>
  (await night.get(`/api/incidents/${incidentId}/timeline?limit=200`)).body.events;
const ofType = async (type: string) => (await timeline()).filter((each) => each.type === type);

describe('a night in Slack', () => {
  test('the notice is a card with impact, customers, what is missing, and what can be pressed', async () => {
    const filed = await ticketDoors(night).reported('zendesk', '501');
    expect(filed.status).toBe(201);
    incidentId = filed.body.incident.id;
    await night.advance('PT1M');
    const cards = await night.cards();
    expect(cards).toHaveLength(1);
    const said = saidOn(cards[0]);
    const { code } = await incident();
    expect(said).toContain(code);
    expect(said).toContain('担当: 未定');
    expect(said).toContain('次の連絡期限: 11月25日(水) 02:17 store-501');
    expect(said).toContain('未入力の項目');
    expect(buttonsOn(cards[0])).toEqual(['take', 'happens', 'scope', 'update', 'mitigate', 'recover', 'more', 'open']);
  });

  test('press 1: I’m on it is one assigned, which is the response, and the card says who', async () => {
    expect((await night.press(person, 'take')).status).toBe(200);
    await night.settle();
    const [assigned] = await ofType('assigned');
    expect(assigned).toMatchObject({ actor: 'utanaka@example.jp', detail: { assignee: 'utanaka@example.jp' } });
    expect((await incident()).firstResponseAt).toBeDefined();
    await night.settle();
    const cards = await night.cards();
    expect(cards).toHaveLength(1);
    expect(saidOn(cards[0])).toContain('担当: utanaka\\n');
  });

  test('press 2: confirmed, still happening', async () => {
    await night.press(person, 'happens');
    await night.settle();
    expect(await incident()).toMatchObject({ ongoing: 'yes', happened: 'yes' });
    await night.settle();
    expect(saidOn((await night.cards())[0])).toContain('継続中');
  });

  test('press 3 and 4: the modal has the draft, and what is confirmed is sent on the customer’s ticket', async () => {
    await night.press(person, 'update');
    await night.settle();
    const { view } = await night.modal();
    const message = view.blocks.find((each: { block_id?: string }) => each.block_id === 'message');
    expect(message.element.initial_value).toContain('お世話になっております');
    expect(JSON.stringify(view.blocks)).toContain('チケットに送信: store-501');
    const text = `${message.element.initial_value}\n<確認中> & 対応中です。`;
    const closed = await night.submit(person, { message: { message: { type: 'plain_text_input', value: text } } });
    expect(closed).toMatchObject({ status: 200, body: '' });
    await night.settle();
    await night.settle();
    const { comments } = (await night.get('/_local/tools/zendesk/tickets/501')).body;
    expect(
      comments.filter((each: { isPublic: boolean }) => each.isPublic).map((each: { body: string }) => each.body),
    ).toContain(text);
    expect(await ofType('customer-updated')).toMatchObject([{ actor: 'utanaka@example.jp' }]);
    await night.settle();
    expect(saidOn((await night.cards())[0])).not.toContain('02:17');
    expect((await night.told(person)).at(-1)).toContain('連絡を送信します: store-501');
  });

  test('press 5: recovered, after Slack has asked once more', async () => {
    const [card] = await night.cards();
    const recover = card?.blocks.flatMap((each) => each.elements ?? []).find((each) => each.action_id === 'recover');
    expect(recover.confirm.text.text).toContain('業務回復を記録します');
    await night.press(person, 'recover');
    await night.settle();
    expect((await incident()).status).toBe('recovered');
    await night.settle();
    expect(buttonsOn((await night.cards())[0])).toEqual(['happens-again', 'update', 'more', 'open']);
  });

  test('the reminder of the recovery message comes in the card’s thread, and in the channel', async () => {
    await night.advance('PT30M');
    const reminders = (await night.messages()).filter((each) => each.threadTs !== null);
    expect(reminders.length).toBeGreaterThan(0);
    const [card] = await night.cards();
    expect(reminders.every((each) => each.threadTs === card?.ts && each.isBroadcast)).toBe(true);
    expect(await night.cards()).toHaveLength(1);
  });
});

const buttonsOn = (card: { blocks: { elements?: { action_id?: string }[] }[] } | undefined): (string | undefined)[] =>
  (card?.blocks ?? []).flatMap((each) => each.elements ?? []).flatMap((each) => each.action_id ?? []);
