/** Who is told, and when, that Jira's token ends: the table of days before and after it. */
import { expect, test } from 'vitest';
import { announceTokenEnd } from '../../functions/customer-updates/gauges.ts';
import { topics } from '../../functions/topology.ts';
import { openSmallCloud } from '../outgoing/small-cloud.ts';

const small = await openSmallCloud('2027-01-01T00:00:00Z', [topics.notifications]);
const told = async (at: string, day: string | undefined = '2027-03-31'): Promise<Record<string, unknown>[]> => {
  small.give({ JIRA_TOKEN_EXPIRES: day, CONSOLE_URL: 'https://console.example' });
  await announceTokenEnd(new Date(at));
  return small.published() as Record<string, unknown>[];
};

test.each([
  ['on a Monday 30 days and a bit before', '2027-02-22T10:00:00+09:00', false],
  ['on the first Monday within 30 days', '2027-03-08T10:00:00+09:00', true],
  ['at any minute of that hour', '2027-03-08T10:59:59+09:00', true],
  ['an hour earlier', '2027-03-08T09:59:59+09:00', false],
  ['an hour later', '2027-03-08T11:00:00+09:00', false],
  ['on a Tuesday', '2027-03-09T10:00:00+09:00', false],
  ['on the Monday after it has ended', '2027-04-05T10:00:00+09:00', true],
])('%s, at %s: %s', async (_, at, isTold) => {
  expect((await told(at)).map(({ kind }) => kind)).toEqual(isTold ? ['token-ends'] : []);
});

test('each tick of the hour is the same notice, and the next Monday is another', async () => {
  const [first] = await told('2027-03-15T10:00:00+09:00');
  expect((await told('2027-03-15T10:55:00+09:00'))[0]?.id).toBe(first?.id);
  expect((await told('2027-03-22T10:00:00+09:00'))[0]?.id).not.toBe(first?.id);
  expect(first).toMatchObject({
    kind: 'token-ends',
    incidentId: null,
    url: 'https://console.example/connections',
    subject: { ja: 'APIトークンの有効期限: Jira, 2027-03-31', en: 'API token expires: Jira, 2027-03-31' },
    text: { ja: expect.stringContaining('JIRA_TOKEN_EXPIRES'), en: expect.stringContaining('JIRA_TOKEN_EXPIRES') },
  });
});

test('a day that is not set is announced to nobody', async () => {
  expect(await told('2027-03-15T10:00:00+09:00', '')).toEqual([]);
});
