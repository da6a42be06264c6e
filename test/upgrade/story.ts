/** One incident's life and what stands beside it, short and with one of everything that is stored. */
import { createHmac } from 'node:crypto';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { zendeskComment, zendeskEvent } from '../fixtures/tickets.ts';
import { buildMessage, noticeMessage } from '../fuzz/bodies.ts';

export const storyStartsAt = '2026-11-16T01:00:00.000Z';
export const storyWeek = '2026-W47';
const zendeskSecret = 'story-zendesk';

/** To be set before the house starts. */
export const storyEnvironment = { ZENDESK_SIGNING_SECRET: zendeskSecret };

// biome-ignore lint/suspicious/noExplicitAny: the story reads what it expects, and ends where it is not there
type Body = any;

export async function tellStory(url: string): Promise<void> {
  const send = async (
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Body> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(method === 'GET' ? {} : { body: text }),
    });
    const answer = await response.text();
    if (response.status >= 400 && !path.startsWith('/tickets'))
      throw new Error(`${path}: ${response.status} ${answer}`);
    return answer === '' ? undefined : JSON.parse(answer);
  };
  const post = (path: string, body: unknown, headers?: Record<string, string>) => send('POST', path, body, headers);
  const ticket = (body: object) => post('/tickets', body, { authorization: 'Bearer local' });
  const advance = (duration: string) => post('/_local/clock', { advance: duration });
  const zendesk = async (body: unknown) => {
    const { now } = await send('GET', '/_local/clock', undefined);
    const text = JSON.stringify(body);
    const signature = createHmac('sha256', zendeskSecret)
      .update(now + text)
      .digest('base64');
    return post('/tickets/zendesk', text, {
      'x-zendesk-webhook-signature': signature,
      'x-zendesk-webhook-signature-timestamp': now,
    });
  };
  const push = (door: string, body: unknown) => {
    const data = Buffer.from(JSON.stringify(body)).toString('base64');
    const publishTime = storyStartsAt;
    return post(`/${door}`, { message: { data, messageId: '1', publishTime, attributes: {} }, subscription: 'x' });
  };
  const state = (id: string, statement: object, key?: string) =>
    post(`/api/incidents/${id}/events`, statement, key ? { 'idempotency-key': key } : {});

  await post('/_local/clock', { set: storyStartsAt });
  await push('releases', { ...buildMessage, startTime: '2026-11-16T00:10:00Z', finishTime: '2026-11-16T00:20:00Z' });
  const detail = { created_at: '2026-11-16T00:58:30Z', updated_at: '2026-11-16T00:58:30Z' };
  const { incident: first } = await zendesk(zendeskEvent('created', { detail, time: '2026-11-16T00:59:00Z' }));
  const customer = { id: 'store-12', name: '渋谷店', contactId: 'chain-3' };
  const { incident: second } = await ticket({
    id: 'T-2',
    subject: '注文が通らない',
    customer,
    businessImpact: 'stopped',
    affectedCustomerCount: 40,
  });
  const asked = { category: 'question', differsFromExpected: 'no', customer: { id: 'store-20' } };
  const { question } = await ticket({ id: 'Q-1', subject: '設定の場所を知りたい', ...asked });
  await ticket({ id: 'Q-2', subject: '請求書の出し方', ...asked, form: 'other' });
  await ticket({ id: 'O-1', subject: '契約', category: 'outside' });
  await ticket({ id: 'no subject' });
  await ticket({ id: 'D-1', subject: '訓練', drill: true });
  await post('/alerts?auth_token=local', thresholdAlert({ startedAt: new Date('2026-11-16T00:55:00Z') }));
  await post('/alerts?auth_token=local', { version: 'test', incident: { incident_id: 'x', state: 'open' } });
  await push('notify', { ...noticeMessage, kind: 'unheard-of' });

  const { id } = first;
  await state(id, { type: 'assigned', assignee: '佐藤' }, 'story-key-1');
  await state(id, { type: 'responded' });
  await state(id, {
    type: 'verified',
    happened: 'yes',
    ongoing: 'yes',
    method: 'ログ',
    evidenceUrl: 'https://x.example/log',
  });
  await state(id, {
    type: 'scoped',
    affectedCustomerCount: 3,
    affectedCustomers: [{ id: 'store-14' }],
    method: 'SQL',
    recurrenceRisk: 'yes',
  });
  await state(id, { type: 'corrected', field: 'occurredAt', value: '2026-11-16T09:10:00+09:00' });
  await state(id, { type: 'linked', to: second.id, basis: '同じ障害' });
  await state(id, { type: 'unlinked' });
  await post(`/api/questions/${question.id}/answer`, { kind: 'setting-changed', note: '設定を直した' });
  await advance('PT3H');
  await zendesk(zendeskComment({ id: 8, is_staff: true, name: '鈴木' }));
  await state(id, { type: 'mitigated', kind: 'workaround', note: '紙で受け付け' });
  await state(id, { type: 'customer-updated', customers: 'all', message: '調査中です', channel: 'ticket' });
  await state(id, { type: 'caused', category: 'release', summary: '漏れ', releaseId: buildMessage.id });
  await state(id, { type: 'recovered' });
  await state(id, { type: 'customer-updated', customers: 'all', message: '直りました', channel: 'ticket' });
  const asking = zendeskComment({ id: 7001, is_staff: false }, true, 'まだ止まっています');
  await zendesk({ ...asking, id: 'asks-again' });
  await state(id, { type: 'verified', ongoing: 'yes' });
  await state(id, { type: 'recovered' });
  await state(id, { type: 'fixed', permanentFix: '直した' });
  await state(id, { type: 'prevention', text: '試験を足す' });
  await state(id, { type: 'commented', text: 'メモ' });
  const action = {
    incidentId: id,
    description: '監視を足す',
    kind: 'detect',
    owner: 'sato',
    ticketUrl: 'https://x.example/1',
    doneWhen: '鳴る',
  };
  await post('/api/actions', action);
  await post('/api/actions', { incidentId: second.id, description: '試験', kind: 'prevent' });
  await post(`/api/postmortems/${storyWeek}/assemble`, {});
  await post(`/api/incidents/${id}/review`, {
    businessImpact: 'stopped',
    affectedCustomerCount: 3,
    cause: { category: 'release' },
  });
  const { incident: third } = await ticket({ id: 'T-3', subject: '注文が通らない', customer: { id: 'store-30' } });
  await state(third.id, { type: 'linked', to: second.id, basis: '同じ障害' });
  await push('weeklyTick', {});
  await post('/api/postmortems/2026-W46/hold', {});
  await advance('PT1H');
}
