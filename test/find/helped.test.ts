/** What helped in incidents like one: which are like it, what of them is offered, and in which order. */
import { expect, test } from 'vitest';
import { listHelped } from '../../functions/find/candidates.ts';
import { type Incident, type MitigationKind, mitigationKinds } from '../../functions/incidents/incident.ts';
import { policy } from '../../functions/policy.ts';
import { incident } from '../postmortems/facts.ts';

const filedAt = new Date('2026-11-18T01:00:00Z');
const of = (id: string, title: string, area: string, kind?: MitigationKind, stated: Partial<Incident> = {}): Incident =>
  incident({
    id,
    title,
    filedAt,
    origin: { tool: 'generic', id, area },
    ...(kind ? { mitigation: { kind } } : {}),
    ...stated,
  });
const own = of('own', '注文が通らない', '注文');
const helped = (...others: Incident[]): [string, number, string[]][] =>
  listHelped(own, others, policy).map(({ kind, count, examples }) => [
    kind,
    count,
    examples.map((each) => each.incident.id),
  ]);

test('the lightest first, whatever helped most often; what healed by itself is no way', () => {
  const [revert, ...rest] = [
    ...mitigationKinds.map((kind) => of(kind, '注文', '注文', kind)),
    of('r2', '注文', '注文', 'revert'),
  ];
  expect(helped(...rest.toReversed(), revert as Incident).map(([kind]) => kind)).toEqual(
    mitigationKinds.filter((kind) => kind !== 'self-healed'),
  );
  expect(mitigationKinds.indexOf('setting')).toBeLessThan(mitigationKinds.indexOf('revert'));
});

test('of each way the most alike, three at most, and of how many', () => {
  const alike = ['a', 'b', 'c'].map((id) => of(id, '店舗', '注文', 'workaround'));
  const most = of('d', '注文が通らない', '注文', 'workaround');
  expect(helped(...alike, most)).toEqual([['workaround', 4, ['d', 'a', 'b']]]);
});

test.each<[why: string, other: Incident]>([
  ['has not been helped', of('a', '注文が通らない', '注文')],
  ['is of another area and other words', of('a', '印刷されない', '印刷', 'setting')],
  ['is a drill', of('a', '注文が通らない', '注文', 'setting', { isDrill: true })],
  ['was linked: its primary says it', of('a', '注文が通らない', '注文', 'setting', { status: 'linked' })],
])('nothing is offered of one that %s', (_, other) => {
  expect(helped(other)).toEqual([]);
});
