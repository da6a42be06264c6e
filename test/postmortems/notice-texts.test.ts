/** What the notices of the weekly review call a week, and how they count. */
import { expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { writeMissingNotice, writeNotHeldNotice, writeReadyNotice } from '../../functions/postmortems/notice-texts.ts';

const week = { id: '2026-W47', number: 3 };

test('a week is told by its days, and by which of the house’s postmortems it is', () => {
  const one = { ...week, incidentCount: 1, carriedCount: 0, alarmCount: 1 };
  const { subject, text } = writeReadyNotice(one, policy.zone);
  expect(subject.ja).toBe('11/16〜22のポストモーテム(第3回・W47)の準備ができました');
  expect(text.en).toBe('The weekly postmortem no. 3, 16–22 Nov (W47) is ready: 1 incident, 0 carried over, 1 alarm.');
  const many = writeReadyNotice({ ...one, incidentCount: 2, alarmCount: 0 }, policy.zone).text.en;
  expect(many).toMatch(/: 2 incidents, 0 carried over, 0 alarms\.$/);
  expect(writeNotHeldNotice(week, new Date('2026-11-30T00:00:00+09:00'), policy.zone).subject.ja).toBe(
    '11/16〜22のポストモーテム(第3回・W47)がまだ実施されていません',
  );
});

test('what is missing is named in words, and one incident is one', () => {
  const fields = [{ field: 'mitigation.lighterWayTried', why: '' }];
  const missing = { total: 1, items: [{ incidentId: 'inc_1', title: '注文が通らない', fields }] };
  const { subject, text } = writeMissingNotice(week, missing, policy.customerLabel, policy.zone);
  expect(subject.en).toBe('Before the weekly postmortem no. 3, 16–22 Nov (W47): 1 incident lacks data');
  expect(text.ja).toContain('- 注文が通らない (inc_1): 先に試した軽い方法');
});
