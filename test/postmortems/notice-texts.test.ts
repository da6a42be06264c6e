/** What the notices of the weekly review call a week, and how they count. */
import { expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { proposeAction } from '../../functions/postmortems/actions-rules.ts';
import {
  writeActionNotice,
  writeMissingNotice,
  writeNotHeldNotice,
  writeReadyNotice,
} from '../../functions/postmortems/notice-texts.ts';
import { minutesAfter } from './facts.ts';

const week = { id: '2026-W47', number: 3 };

test('a week is told by its days, and by which of the house’s postmortems it is', () => {
  const one = { ...week, incidentCount: 1, carriedCount: 0, alarmCount: 1 };
  const { subject, text } = writeReadyNotice(one, policy.zone);
  expect(subject.ja).toBe('11月16日〜22日のポストモーテム(第3回・W47)を作成しました');
  expect(text.en).toBe('The weekly postmortem no. 3, Nov 16–22 (W47) is ready: 1 incident, 0 carried over, 1 alarm.');
  const many = writeReadyNotice({ ...one, incidentCount: 2, alarmCount: 0 }, policy.zone).text.en;
  expect(many).toMatch(/: 2 incidents, 0 carried over, 0 alarms\.$/);
  expect(writeNotHeldNotice(week, new Date('2026-11-30T00:00:00+09:00'), policy.zone).subject.ja).toBe(
    '11月16日〜22日のポストモーテム(第3回・W47)がまだ実施されていません',
  );
});

test('what is missing is named in words, and one incident is one', () => {
  const fields = [{ field: 'mitigation.lighterWayTried', why: '' }];
  const missing = { total: 1, items: [{ incidentId: 'inc_1', title: '注文が通らない', fields }] };
  const { subject, text } = writeMissingNotice(week, missing, policy);
  expect(subject.en).toBe('The weekly postmortem no. 3, Nov 16–22 (W47): 1 incident is missing data');
  expect(text.ja).toContain('- 注文が通らない (inc_1): 先に試した軽い方法');
});

test('of many that lack data fifteen are named, those without a title too, with how many there are besides', () => {
  const linesOf = (total: number): string[] => {
    const items = Array.from({ length: total }, (_, index) => ({
      incidentId: `inc_${index}`,
      title: index === 0 ? '' : `Trouble\n${index}`,
      fields: [{ field: 'occurredAt', why: '' }],
    }));
    const { text } = writeMissingNotice(week, { total, items }, policy);
    return text.en.split('\n').slice(1);
  };
  expect(linesOf(15)).toHaveLength(15);
  expect(linesOf(15)[0]).toMatch(/^- \(no subject\) \(inc_0\): /);
  expect(linesOf(17).slice(14)).toEqual([expect.stringMatching(/^- Trouble 14 \(inc_14\): /), 'and 2 more']);
});

test('a next action says what is known of it, in a line each, and who has it also where nobody has', () => {
  const at = new Date('2026-11-30T01:00:00Z');
  const stated = { description: `Watch\nthe ${'q'.repeat(300)}`, kind: 'detect' as const, bundleId: week.id };
  const by = { actor: 'ann', now: minutesAfter(at, -60) };
  const action = { ...proposeAction('act_1', stated, 2, by, policy), dueAt: at };
  const written = (more: object): string[] =>
    writeActionNotice('action-due', { ...action, ...more }, policy).text.en.split('\n');
  const subject = `Action item due on Mon, Nov 30: Watch the ${'q'.repeat(190)}…`;
  expect(written({})).toEqual([subject, 'Owner: not entered']);
  expect(written({ owner: 'ken', doneWhen: 'it\nrings', ticketUrl: 'https://t.example/1' })).toEqual([
    subject,
    'Owner: ken',
    'Done criteria: it rings',
    'ticket: https://t.example/1',
  ]);
});
