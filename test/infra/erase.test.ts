import { gunzipSync, gzipSync } from 'node:zlib';
import type { CollectionReference } from '@google-cloud/firestore';
import { describe, expect, test } from 'vitest';
import { type Erasure, erased, eraseValue } from '../../functions/incidents/record/erase-value.ts';
import { newDelivery } from '../../functions/platform/delivery.ts';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { eraseCustomer } from '../../infra/erase/erase-customer.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { incident } from '../postmortems/facts.ts';
import { useScenario } from '../scenarios/house.ts';
import { ticketDoors } from '../scenarios/ticket-doors.ts';

const erasure: Erasure = {
  customerId: 'store-12',
  pseudonym: 'erased-1',
  names: ['一号店 山田'],
  ownIncidents: new Set(['inc_1']),
  ownSignals: new Set(['sig_1']),
};
const rest = (value: unknown) => eraseValue(value, erasure);

describe('of a value', () => {
  test.each([
    ['the customer', { id: 'store-12', name: '一号店 山田', contactId: 'c' }, { id: 'erased-1' }],
    ['a list of ids', ['store-12', 'store-13'], ['erased-1', 'store-13']],
    ['a name within a text', 'こちら一号店 山田です', `こちら${erased}です`],
    ['an id within a text', 'store-12: 止まった', 'erased-1: 止まった'],
    ['a longer id that begins the same', 'store-123', 'store-123'],
    [
      'its own signal',
      { id: 'sig_1', title: '止まった', kind: 'stated' },
      { id: 'sig_1', title: erased, kind: 'stated' },
    ],
    ['another one', { id: 'sig_2', title: '止まった' }, { id: 'sig_2', title: '止まった' }],
    ['what tells of its signal', { signalId: 'sig_1', message: 'x' }, { signalId: 'sig_1', message: erased }],
  ])('%s', (_, value, expected) => {
    expect(rest(value)).toEqual(expected);
  });

  test('what holds nothing of the customer stays the very same', () => {
    const value = { a: [1, { b: 'text' }], at: new Date(0) };
    expect(rest(value)).toBe(value);
  });

  test('pages of a bundle are still JSON', () => {
    const page = Buffer.from(JSON.stringify([{ incidentId: 'inc_1', title: '止まった' }, { id: 'store-12' }]));
    expect(JSON.parse((rest(page) as Buffer).toString())).toEqual([
      { incidentId: 'inc_1', title: erased },
      { id: 'erased-1' },
    ]);
  });

  test('what was zipped to fit is looked into, and zipped again', () => {
    const page = Buffer.from(JSON.stringify({ customer: { id: erasure.customerId }, other: 'stays' }));
    const after = rest(gzipSync(page)) as Buffer;
    expect(JSON.parse(gunzipSync(after).toString())).toEqual({ customer: { id: erasure.pseudonym }, other: 'stays' });
    const without = gzipSync(Buffer.from('{"other":"stays"}'));
    expect(rest(without)).toBe(without);
  });

  test('twice is once', () => {
    const once = rest({ customer: { id: 'store-12', name: 'x' }, text: 'store-12' });
    expect(rest(once)).toBe(once);
  });
});

describe('of a whole store', () => {
  const scenario = useScenario('2026-11-24T00:00:00Z', { environment: { ...process.env, ...toolSecrets } });

  /** All that is stored, as one text; bytes as what they say. */
  async function everything(): Promise<string> {
    const texts: string[] = [];
    const visit = async (of: { listCollections(): Promise<CollectionReference[]> }): Promise<void> => {
      for (const collection of await of.listCollections()) {
        for (const document of (await collection.get()).docs) {
          texts.push(
            JSON.stringify(document.data(), (_, value) =>
              value?.type === 'Buffer' ? Buffer.from(value.data).toString() : value,
            ),
          );
          await visit(document.ref);
        }
      }
    };
    await visit(firestore());
    return texts.join('\n');
  }

  test('nothing of the customer is left, everything of the others is, and the record still adds up', async () => {
    const own = await scenario.ticket({
      id: 'T-1',
      subject: '山田商店の注文が止まった',
      description: '電話 090-0000-0000',
      customer: { id: 'store-12', name: '山田商店', contactId: 'chain-yamada' },
      affectedCustomers: [{ id: 'store-13', name: '鈴木商店' }],
    });
    const other = await scenario.ticket({
      id: 'T-2',
      subject: '山田商店 から聞いた',
      customer: { id: 'store-13', name: '鈴木商店' },
    });
    await scenario.ticket({
      id: 'T-1',
      subject: '山田商店の注文がまだ止まっている',
      customer: { id: 'store-12', name: '山田商店' },
    });
    await scenario.post(`/api/incidents/${own.body.incident.id}/events`, {
      type: 'customer-updated',
      customers: ['store-12'],
      message: '山田商店さま、確認中です',
      channel: 'ticket',
    });
    await scenario.post(`/api/incidents/${own.body.incident.id}/updates`, {
      customers: ['store-12'],
      message: '山田商店さま、もうしばらくお待ちください',
    });
    await scenario.post('/tickets', '{"subject": "山田商店"}', { authorization: 'Bearer local' });
    await scenario.post('/api/postmortems/2026-W48/assemble', {});
    const before = await everything();
    for (const text of ['store-12', '山田商店', '090-0000-0000']) expect(before).toContain(text);

    const options = { customerId: 'store-12', pseudonym: 'erased-abc' };
    const planned = await eraseCustomer(firestore(), { ...options, isDryRun: true });
    expect(await everything()).toBe(before);
    const report = await eraseCustomer(firestore(), options);
    expect(report.changed).toEqual(planned.changed);
    const after = await everything();
    for (const text of ['store-12', '山田商店', '090-0000-0000', 'chain-yamada']) expect(after).not.toContain(text);
    expect(after).toContain('鈴木商店');
    const { updates } = (await scenario.get(`/api/incidents/${own.body.incident.id}/updates`)).body;
    expect(updates).toMatchObject([{ customers: ['erased-abc'], text: `${erased}さま、もうしばらくお待ちください` }]);

    const { body } = await scenario.get(`/api/incidents/${own.body.incident.id}`);
    expect(body).toMatchObject({ title: erased, reporter: { id: 'erased-abc' }, impact: { affectedCustomerCount: 2 } });
    expect((await scenario.get(`/api/incidents/${other.body.incident.id}`)).body.title).toBe(`${erased} から聞いた`);
    expect((await scenario.get('/api/postmortems/2026-W48')).status).toBe(200);
    expect((await eraseCustomer(firestore(), options)).changed).toEqual({});
  });

  test('what was sent to a ticket is erased here, and the ticket is named as what is out of reach', async () => {
    const ticketId = '91012';
    const filed = await ticketDoors(scenario).reported('freshdesk', ticketId);
    const path = `/api/incidents/${filed.body.incident.id}/updates`;
    await scenario.post(path, { customers: 'all', message: `store-${ticketId} 高橋商店さま、確認中です` });
    await scenario.advance('PT2M');
    expect((await scenario.get(path)).body.updates).toMatchObject([{ state: 'sent' }]);
    const options = { customerId: `store-${ticketId}`, pseudonym: 'erased-def', names: ['高橋商店'] };
    const { tickets } = await eraseCustomer(firestore(), options);
    expect(tickets).toEqual([`freshdesk ${ticketId}`]);
    const after = await everything();
    for (const text of [`store-${ticketId}`, '高橋商店']) expect(after).not.toContain(text);
    expect((await scenario.get(path)).body.updates).toMatchObject([
      { state: 'sent', customers: ['erased-def'], text: `erased-def ${erased}さま、確認中です` },
    ]);
  });

  test('the erased customer is still updated on the rhythm', async () => {
    await scenario.advance('PT40M');
    const told = (await scenario.inbox()).map((each) => [each.kind, each.customers.join()]);
    expect(told).toContainEqual(['update-due', expect.stringContaining('erased-abc')]);
  });

  test('a chain’s name stays, though the customer is one of those who are told by it; a name of its own goes', async () => {
    const contacts = firestore().collection('incidents').doc('inc_chain').collection('contacts');
    const chain = { customers: [{ id: 'store-21' }, { id: 'store-22' }], name: '佐々木チェーン' };
    await contacts.doc('chain').set(chain);
    await contacts.doc('alone').set({ customers: [{ id: 'store-21' }], name: '佐々木本店' });
    await contacts.doc('blank').set({ customers: [{ id: 'store-21', name: ' ' }] });
    await contacts.doc('told').set({ customers: [{ id: 'store-23' }], lastMessage: '佐々木本店と佐々木チェーンへ' });
    const report = await eraseCustomer(firestore(), { customerId: 'store-21', pseudonym: 'erased-ghi' });
    expect(report.names).toEqual(['佐々木本店']);
    const told = (await contacts.doc('told').get()).get('lastMessage');
    expect(told).toBe(`${erased}と佐々木チェーンへ`);
    expect((await contacts.doc('chain').get()).data()).toEqual({
      ...chain,
      customers: [{ id: 'erased-ghi' }, { id: 'store-22' }],
    });
  });

  test('one whose name is its id is not sought by it as by a name: a longer id of another stays', async () => {
    const notice = firestore().collection(collections.notices).doc('longer');
    await firestore()
      .collection(collections.signals)
      .doc('sig_id')
      .set({ customer: { id: 'store-61', name: 'store-61' } });
    await notice.set({ text: 'store-61, store-612' });
    const { names } = await eraseCustomer(firestore(), { customerId: 'store-61', pseudonym: 'erased-stu' });
    expect([names, (await notice.get()).get('text')]).toEqual([[], 'erased-stu, store-612']);
  });

  test('a record’s page in Notion waits to be written again, and one that is written this moment is not overtaken', async () => {
    const put = (id: string) =>
      firestore()
        .collection('incidents')
        .doc(id)
        .set(incident({ id, filedAt: new Date('2026-11-20T00:00:00Z'), title: '田中商店の件' }));
    const page = firestore().collection('notionPages').doc('inc_page');
    const changedAt = new Date('2026-11-20T00:00:00Z');
    await put('inc_page');
    await page.set({ changedAt, version: '1', delivery: newDelivery(changedAt, { attempts: 1 }) });
    const options = { customerId: 'store-31', pseudonym: 'erased-jkl', names: ['田中商店'] };
    expect((await eraseCustomer(firestore(), options)).notionPages).toBe(1);
    const written = (await page.get()).data();
    expect(written).toMatchObject({ version: 'erased', delivery: { state: 'waiting', attempts: 0 } });
    expect(written?.delivery.retryAt.toDate()).toEqual(changedAt);

    await put('inc_page');
    const commit = scenario.house.cloud.faults.hold({ target: 'firestore.Commit' });
    const erasing = eraseCustomer(firestore(), options);
    await commit.met();
    await page.update({ version: '2' });
    commit.letGo();
    // The commit fails whole, and the next try takes both as they are by then.
    expect(await erasing).toMatchObject({ notionPages: 1, left: [] });
    expect((await page.get()).get('version')).toBe('erased');
  });

  test('a document that fails stops no other, is counted, and goes with the next run: the customer’s own words go from what was not reached, by the pseudonym alone', async () => {
    const filed = await scenario.ticket({ id: 'T-51', subject: '裏口の鍵の音', customer: { id: 'store-51' } });
    const [signal] = (await firestore().collection(collections.signals).where('sourceId', '==', 'T-51').get()).docs;
    // Of all collections the last but the contacts.
    const last = firestore().collection(collections.drills).doc('drl_last');
    const ownWords = [
      { signalId: signal?.id, message: '裏口の鍵の音' },
      { incidentId: filed.body.incident.id, title: '裏口の鍵の音' },
    ];
    await last.set({ said: ownWords });
    const options = { customerId: 'store-51', pseudonym: 'erased-pqr' };
    const planned = await eraseCustomer(firestore(), { ...options, isDryRun: true });
    const commits = Object.values(planned.changed).reduce((sum, count) => sum + count, 0);
    const { contacts = 0 } = planned.changed;
    // Twice more: a document that failed is tried again.
    scenario.house.cloud.faults.add({
      target: 'firestore.Commit',
      effect: 'fail',
      code: 'PERMISSION_DENIED',
      skip: commits - 1 - contacts,
      times: 3,
    });
    const first = await eraseCustomer(firestore(), options);
    expect(first.left).toEqual([{ path: last.path, why: expect.stringContaining('PERMISSION_DENIED') }]);
    // The contacts are kept with what is left.
    expect(first.changed).toEqual({ ...planned.changed, drills: undefined, contacts: undefined });
    expect((await last.get()).data()).toEqual({ said: ownWords });
    const { changed, tickets, left } = await eraseCustomer(firestore(), options);
    expect([changed, tickets, left]).toEqual([{ drills: 1, contacts }, ['generic T-51'], []]);
    expect((await last.get()).data()).toEqual({
      said: ownWords.map((each) => ({ ...each, ...('title' in each ? { title: erased } : { message: erased }) })),
    });
    expect(await everything()).not.toContain('裏口');
  });

  test('what lies past the first page is found by, and erased, as well', async () => {
    const signals = firestore().collection(collections.signals);
    const batch = firestore().batch();
    for (let at = 0; at < 301; at += 1) batch.create(signals.doc(`sig_y${at}`), { title: '止まった' });
    // The last of all: one that names it, and is its own.
    batch.create(signals.doc('sig_z'), { customer: { id: 'store-41', name: '中村商店' }, title: 'x' });
    batch.create(firestore().collection(collections.notices).doc('told'), { text: '中村商店' });
    await batch.commit();
    const report = await eraseCustomer(firestore(), { customerId: 'store-41', pseudonym: 'erased-mno' });
    expect([report.names, report.changed]).toEqual([['中村商店'], { signals: 1, notices: 1 }]);
    // It is no ticket’s, so there is none to be erased elsewhere.
    expect(report.tickets).toEqual([]);
    expect((await signals.doc('sig_z').get()).data()).toMatchObject({ customer: { id: 'erased-mno' }, title: erased });
  });
});
