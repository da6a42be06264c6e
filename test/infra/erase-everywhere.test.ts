/** A name in every text of every collection, in every spelling, is gone after the erasure; other words stay. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { FieldPath } from '@google-cloud/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { nameInDrill } from '../../functions/drills/plan-drill.ts';
import { contactIdOf } from '../../functions/incidents/rhythm/contact.ts';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { eraseCustomer } from '../../infra/erase/erase-customer.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { isDrawnMore } from '../fuzz/runs.ts';
import { useScenario } from '../scenarios/house.ts';

const name = 'ガーデン山田商店';
const customerId = 'yamada@shop.example';
const pseudonym = 'erased-everywhere';
/** As people, tools and JSON write the same name. */
const spellings = [
  name,
  'ｶﾞｰﾃﾞﾝ山田商店',
  'ガーデン 山田　商店',
  'ガーデン\u200B山田\n商店',
  name.normalize('NFD'),
  JSON.stringify(name)
    .replace(/[^\x20-\x7E]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .slice(1, -1),
  encodeURIComponent(name),
  encodeURIComponent(name.normalize('NFD')).toLowerCase(),
  name.replace(/[\s\S]/g, (each) => `&#${each.charCodeAt(0)};`),
];
const plain = (text: string): string =>
  text
    .replace(/\\+u([\da-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())
    .normalize('NFKC')
    .replace(/\\n|[\s\u200B]/g, '')
    .toLowerCase();

const scenario = useScenario('2026-11-24T00:00:00Z');

const isZipped = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
const textOf = (bytes: Uint8Array): string => (isZipped(bytes) ? gunzipSync(bytes) : Buffer.from(bytes)).toString();

async function allDocuments() {
  const found = [];
  for (const collection of new Set([...Object.values(collections), 'entries'])) {
    found.push(...(await firestore().collectionGroup(collection).get()).docs);
  }
  return found;
}

async function everything(): Promise<string> {
  const read = (_: string, value: unknown): unknown =>
    (value as { type?: string } | null)?.type === 'Buffer'
      ? textOf(Buffer.from((value as { data: number[] }).data))
      : value;
  const documents = await allDocuments();
  return documents.map((each) => `${each.ref.path} ${JSON.stringify(each.data(), read)}`).join('\n');
}

/** Adds the name to each text within a value, however deep. */
function planted(value: unknown, spelling: () => string): unknown {
  if (typeof value === 'string') return `${value} ${spelling()}`;
  if (value instanceof Uint8Array) {
    const text = textOf(value);
    let grown = `${text} ${spelling()}`;
    try {
      grown = JSON.stringify(planted(JSON.parse(text), spelling));
    } catch {}
    return isZipped(value) ? gzipSync(grown) : Buffer.from(grown);
  }
  if (Array.isArray(value)) return value.map((each) => planted(each, spelling));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, isHandle.test(key) ? each : planted(each, spelling)]),
  );
}
/** By these an own record is known; what they are is no text. */
const isHandle = /^(?:id|incidentId|signalId|from|customer|reporter|customers|source|drill)$/;

describe('a name that occurs', () => {
  let ownId = '';
  const filedOn = new Map<string, string>();
  beforeAll(async () => {
    const filed = await scenario.ticket({
      id: 'E-1',
      subject: '裏口の自動扉が開かない',
      description: '電話は 090-1234-5678 です',
      form: '山田専用窓口',
      area: '山田レジ',
      channel: '山田回線',
      url: 'https://support.example/yamada-5678',
      businessImpact: '山田には致命的',
      customer: { id: customerId, name },
      affectedCustomers: [{ id: 'store-9', name: '鈴木商店' }],
    });
    ownId = filed.body.incident.id;
    await scenario.ticket({ id: 'E-1', subject: '裏口の自動扉がまだ開かない', customer: { id: customerId, name } });
    await scenario.post(`/api/incidents/${ownId}/events`, { type: 'corrected', field: 'title', value: '扉の不具合' });
    await scenario.ticket({
      id: 'E-2',
      subject: '鈴木の件',
      description: '鈴木が困っている',
      customer: { id: 'store-9', name: '鈴木商店' },
    });
    await scenario.post('/tickets', `{"subject": "${spellings.at(-1)}"}`, { authorization: 'Bearer local' });
    await scenario.post('/tickets', `{"note": "${spellings.at(-1)}" broken`, { authorization: 'Bearer local' });
    await scenario.post('/api/drills', { from: ownId });
    // Records of every state: alerts without customers, a question, an outside ticket, links, what is over.
    for (const [policy, state] of [
      ['alone', 'open'],
      ['with-cause', 'open'],
      ['linked', 'open'],
      ['over', 'closed'],
    ] as const) {
      const endedAt = state === 'closed' ? { endedAt: new Date('2026-11-24T00:00:00Z') } : {};
      const alerted = await scenario.alert(thresholdAlert({ id: `0.${policy}`, policy, state, ...endedAt }));
      filedOn.set(policy, alerted.body.incident.id);
    }
    const statements = [
      ['with-cause', { type: 'caused', category: 'data', summary: `${name}の件` }],
      ['linked', { type: 'linked', to: ownId, basis: `${name}の件と同じ` }],
      ['over', { type: 'recovered' }],
    ] as const;
    for (const [of, statement] of statements) {
      const { status } = await scenario.post(`/api/incidents/${filedOn.get(of)}/events`, statement);
      if (status !== 201) throw new Error(`A statement was answered ${status}.`);
    }
    await scenario.ticket({ id: 'E-3', subject: '営業時間は?', category: 'question', differsFromExpected: 'no' });
    await scenario.ticket({ id: 'E-4', subject: '請求書', category: 'outside' });
    await scenario.advance('PT20M');
    await scenario.post(`/api/incidents/${ownId}/events`, { type: 'recovered' });
    await scenario.post('/api/postmortems/2026-W48/assemble', {});
  });

  test('in what the customer has written is gone, with all else that they wrote: drills, quotes and old titles', async () => {
    const before = plain(await everything());
    const drillId = (await firestore().collection(collections.drills).get()).docs[0]?.id ?? '';
    const theirs = [
      '裏口の自動扉',
      '090-1234-5678',
      '山田専用窓口',
      '山田レジ',
      '山田回線',
      'yamada-5678',
      '山田には致命的',
      customerId,
    ];
    const derived = [contactIdOf({ id: customerId }), nameInDrill(drillId, customerId)];
    for (const text of [...theirs.map(plain), ...derived]) expect(before).toContain(text);
    await eraseCustomer(firestore(), { customerId, pseudonym });
    const after = plain(await everything());
    for (const text of [...theirs.map(plain), ...derived, plain(name)]) expect(after).not.toContain(text);
    for (const text of ['鈴木の件', '鈴木が困っている', '鈴木商店']) expect(after).toContain(text);
    expect((await scenario.get(`/api/incidents/${ownId}`)).body).toMatchObject({
      title: '[erased]',
      reporter: { id: pseudonym },
      status: 'recovered',
    });
    expect((await eraseCustomer(firestore(), { customerId, pseudonym })).changed).toEqual({});
  });

  let turn = 0;
  const inTurn = (): string => spellings[turn++ % spellings.length] ?? '';
  const ways: [how: string, spelling: () => string][] = [['in all spellings by turns', inTurn]];
  // `npm test` has each text in one spelling, the long tests each text in each.
  if (isDrawnMore)
    ways.push(...spellings.map((each, index): [string, () => string] => [`in spelling ${index}`, () => each]));
  test.each(ways)('in any text of any collection is gone, %s', async (_, spelling) => {
    const documents = await allDocuments();
    const seen = new Set<string>();
    for (const { ref } of documents) {
      const data = (await ref.get()).data() ?? {};
      const fields = Object.entries(data).flatMap(([key, value]) => {
        if (isHandle.test(key)) return [];
        seen.add(`${ref.parent.id}.${key}`);
        return [new FieldPath(key), planted(value, spelling)];
      });
      if (fields.length > 0) await ref.update(...(fields as [FieldPath, unknown]));
    }
    expect(seen.size).toBeGreaterThan(120);
    expect(plain(await everything())).toContain(plain(name));
    await eraseCustomer(firestore(), { customerId, pseudonym, names: [name] });
    expect(plain(await everything())).not.toContain(plain(name));
  });
});
