/**
 * A whole night without the console: three stores, an alert's second report, a mistake that is undone, and the end. Each tap of
 * the responder is counted, and each character that they type where no text is meant to be written.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { zendeskEvent } from '../fixtures/tickets.ts';
import { handsOf } from './slack-hands.ts';
import { openSlackScenario } from './slack-house.ts';
import { ticketDoors } from './ticket-doors.ts';

const person = 'UTANAKA';
let id = '';
let others: string[] = [];
let alert = '';
/** The texts that the drafts ask for: nobody but a person can write them. */
const written = { 'message-2': '復旧に向けて対応しています。' };
const night = await openSlackScenario('2026-11-24T17:02:00.000Z', { ...toolSecrets, SENDERS: 'example.jp' });
afterAll(() => night.stop());

const hands = handsOf(night, person);
const { pressAnswer, fieldOf, submit, settle, taps } = hands;
const incident = (of = id) => hands.incident(of);
const said = (of = id): Promise<string> => hands.said(of);
const press = (action: string, of = id): Promise<void> => hands.press(action, of);
const types = async (of = id): Promise<string[]> =>
  (await night.get(`/api/incidents/${of}/timeline?limit=200`)).body.events.map((each: { type: string }) => each.type);

const publicComments = async (ticket: string): Promise<string[]> =>
  (await night.get(`/_local/tools/zendesk/tickets/${ticket}`)).body.comments
    .filter((each: { isPublic: boolean }) => each.isPublic)
    .map((each: { body: string }) => each.body);

const reported = async (ticket: string): Promise<string> => {
  const { body } = await ticketDoors(night).reported('zendesk', ticket);
  return announced(body.incident.id);
};
async function announced(of: string): Promise<string> {
  await night.advance('PT1M');
  for (let round = 0; round < 12 && !(await hands.card(of)); round += 1) await night.advance('PT5S');
  return of;
}
const stores = ['501', '502', '503'];

describe('the whole night in Slack', () => {
  test('three stores report the same trouble, and an alert of the same minutes another', async () => {
    id = await reported('501');
    others = [await reported('502'), await reported('503')];
    alert = (await night.alert(thresholdAlert({ id: '0.9', policy: '9' }))).body.incident.id;
    await announced(alert);
    for (const each of [...others, alert]) expect(await said(each)).toContain('と同じトラブルですか?');
  });

  test('ack is one tap, and so is the merge of each report', async () => {
    await press('take');
    expect(await said()).toContain('担当: utanaka');
    expect(await said()).not.toContain('utanaka@example.jp');
    for (const each of others) {
      await press('merge', each);
      expect(await incident(each)).toMatchObject({ status: 'linked', linkedTo: id });
      expect(await said(each)).toContain('統合されています');
      expect(await said(each)).not.toContain('業務停止');
    }
    expect(taps()).toBe(3);
  });

  test('a merge by mistake is undone with one tap where it was answered', async () => {
    await press('merge', alert);
    const { linkedTo } = await incident(alert);
    expect(linkedTo).toBeDefined();
    await pressAnswer();
    expect(await incident(alert)).toMatchObject({ status: 'open' });
    expect(await said(alert)).not.toContain('統合されています');
    expect(taps()).toBe(5);
  });

  test('impact and scope are one form', async () => {
    await press('scope');
    await submit({ impact: 'stopped', confirmed: 'yes' });
    expect(await incident()).toMatchObject({ impact: { businessImpact: 'stopped', affectedCustomerCount: 3 } });
    expect(await said()).toContain('業務停止・3店舗');
    expect(await types()).toContain('scoped');
    expect(taps()).toBe(9);
  });

  test('each store hears from us by one form, where the text that needs it is written', async () => {
    await press('update');
    await submit({}, written);
    for (const ticket of stores) expect(await publicComments(ticket)).toHaveLength(1);
    expect((await night.told(person)).at(-1)).toContain('store-501');
    expect(await said()).not.toContain('送信');
    expect(taps()).toBe(11);
  });

  test('mitigation is three taps, and needs no text', async () => {
    await press('mitigate');
    await submit({ kind: 'setting' });
    expect(await incident()).toMatchObject({ mitigation: { kind: 'setting' } });
    expect(taps()).toBe(14);
  });

  test('the recovery names the three before it is recorded, and the card says how things are now', async () => {
    await press('recover');
    expect((await night.told(person)).at(-1)).toContain('3店舗すべての業務回復');
    await pressAnswer();
    expect(await incident()).toMatchObject({ status: 'recovered' });
    expect(await said()).toContain('*業務回復(業務停止・3店舗)*');
    expect(await said()).not.toContain('継続中');
    expect(taps()).toBe(16);
  });

  test('the end: every store hears about it, and nobody waits', async () => {
    await press('update');
    await submit({}, written);
    for (const ticket of stores) expect(await publicComments(ticket)).toHaveLength(2);
    expect(await said()).toContain('連絡待ちの店舗はありません');
    expect(taps()).toBeLessThanOrEqual(18);
  });
});

describe('what else a night needs', () => {
  test('a recovery by mistake is undone with one tap, and the clocks continue as they were', async () => {
    id = await reported('504');
    const due = /次の連絡期限: [^店]*/.exec(await said())?.[0];
    expect(due).toMatch(/\d\d:\d\d/);
    await press('recover');
    expect(await incident()).toMatchObject({ status: 'recovered' });
    await pressAnswer();
    expect(await incident()).toMatchObject({ status: 'open' });
    expect(await said()).toContain(due);
  });

  test('any statement is undone from the menu, by a choice of what was stated', async () => {
    await press('happens');
    await press('undo');
    const [choice] = (await fieldOf('eventId')).element.options;
    expect(choice.text.text).toContain('事実確認 utanaka');
    await submit({ eventId: choice.value });
    expect((await incident()).happened).toBeUndefined();
  });

  test('a report is merged into another by its code', async () => {
    const into = await reported('505');
    await press('link');
    await submit({}, { code: (await incident(into)).code.toLowerCase().replace('-', ' ') });
    expect(await incident()).toMatchObject({ status: 'linked', linkedTo: into });
    await press('unlink');
    expect(await incident()).toMatchObject({ status: 'open' });
    await press('link');
    await submit({}, { code: 'M-ZZZZZZ' });
    expect((await night.told(person)).at(-1)).toContain('「M-ZZZZZZ」というインシデントは見つかりません');
  });

  test('somebody is assigned who is picked, and who is picked from elsewhere is refused in plain words', async () => {
    await press('assign');
    await submit({}, {}, { assignee: 'UMORI' });
    expect(await incident()).toMatchObject({ assignee: 'umori@example.jp' });
    await night.post('/_local/tools/slack/users', { id: 'UGUEST', is_restricted: true });
    await press('assign');
    await submit({}, {}, { assignee: 'UGUEST' });
    expect((await night.told(person)).at(-1)).toContain('選んだ人を確認できません');
    expect(await incident()).toMatchObject({ assignee: 'umori@example.jp' });
  });

  test('a call by telephone is recorded, and a comment', async () => {
    await press('told');
    await submit({}, { message: '電話で状況を伝えた。' });
    expect((await types()).filter((each) => each === 'customer-updated')).toHaveLength(1);
    await press('note');
    await submit({}, { text: 'とり吉 渋谷店と電話。' });
    expect(await types()).toContain('commented');
  });

  test('a form that was opened before somebody else stated otherwise is refused, with the words that were written', async () => {
    await press('mitigate');
    await night.post(`/api/incidents/${id}/events`, { type: 'mitigated', kind: 'workaround' });
    await submit({ kind: 'setting' }, { note: '再起動した' });
    expect(await incident()).toMatchObject({ mitigation: { kind: 'workaround' } });
    expect((await night.told(person)).at(-1)).toMatch(/記録できませんでした.+再起動した/s);
  });

  test('a scope that was typed holds stores by their whole names, and a number in words is refused in the form', async () => {
    await press('scope');
    expect(
      await night.submit(person, { affectedCustomerCount: { affectedCustomerCount: { value: '三' } } }),
    ).toMatchObject({ body: { response_action: 'errors' } });
    await submit(
      { impact: 'stopped' },
      { affectedCustomers: 'とり吉 渋谷店\n店X-9 新宿店', affectedCustomerCount: '１２' },
    );
    const { affectedCustomers, impact } = await incident();
    expect(affectedCustomers.map((each: { id: string }) => each.id)).toContain('とり吉 渋谷店');
    expect(impact.affectedCustomerCount).toBe(12);
  });

  test('a form that Slack delivers twice is stated once, and not answered as if nothing had changed', async () => {
    await press('scope');
    const before = await types();
    const twice = { impact: { impact: { type: 'radio_buttons', selected_option: { value: 'degraded' } } } };
    const count = { affectedCustomerCount: { affectedCustomerCount: { value: '13' } } };
    for (let round = 0; round < 2; round += 1) {
      await night.submit(person, { ...twice, ...count });
      await settle();
    }
    const stated = (await types()).slice(before.length).filter((each) => ['corrected', 'scoped'].includes(each));
    expect(stated).toEqual(['corrected', 'scoped']);
    expect((await night.told(person)).at(-1)).toContain('記録しました: 訂正・影響範囲の確認');
    await press('undo');
    const [choice] = (await fieldOf('eventId')).element.options.filter((each: { text: { text: string } }) =>
      each.text.text.includes('訂正'),
    );
    await submit({ eventId: choice.value });
    expect(await incident()).toMatchObject({ impact: { businessImpact: 'stopped', affectedCustomerCount: 13 } });
  });

  test('in an emergency the roles are on the card, taken and handed over', async () => {
    expect(await said()).toContain('指揮(IC): 未定');
    await press('roles');
    await submit({ role: 'lead' });
    expect(await said()).toContain('指揮(IC): utanaka');
    await press('roles');
    await submit({ role: 'lead' }, {}, { to: 'UMORI' });
    expect(await incident()).toMatchObject({ roles: { lead: { who: 'umori@example.jp' } } });
    expect(await said()).toContain('指揮(IC): umori');
  });

  test('a customer’s reply calls the owner in the thread, and is on the card until somebody has answered', async () => {
    const comment = {
      id: 'c9',
      body: 'まだですか',
      is_public: true,
      author: { id: '9', is_staff: false, name: '店長' },
    };
    const wrote = { id: 'e9', detail: { id: '504', organization_id: 'store-504' }, event: { comment } };
    await ticketDoors(night).event({
      ...zendeskEvent('comment_added', wrote),
      type: 'zen:event-type:ticket.comment_added',
    });
    await night.advance('PT1M');
    await settle();
    expect(await said()).toContain('*未返信の連絡: store-504*');
    const replies = (await night.messages()).filter((each) => each.threadTs !== null);
    expect(replies.map(({ text }) => text).join('\n')).toMatch(/<@UMORI> .*店舗から連絡がありました/);
    await press('update');
    await submit({}, written);
    expect(await said()).not.toContain('未返信の連絡');
  });

  test('an update that fails is on the card at once, and in the thread, where it calls the owner', async () => {
    id = await reported('506');
    await press('take');
    await night.post('/_local/faults', { target: 'tools.zendesk.updateTicket', effect: 'fail', code: '503', times: 1 });
    await press('update');
    await submit({}, written);
    expect(await said()).toMatch(/送信中の連絡: [^ ]+ \(.*503/);
    await night.post('/_local/faults', { target: 'tools.zendesk.updateTicket', effect: 'fail', code: '422', times: 9 });
    await night.advance('PT1M');
    await settle();
    expect(await said()).toContain('*送信できなかった連絡');
    await night.advance('PT1M');
    await settle();
    const replies = (await night.messages()).filter((each) => each.threadTs !== null);
    expect(replies.map(({ text }) => text).join('\n')).toMatch(/^<@UTANAKA> .*連絡を送信できませんでした/m);
  });
});
