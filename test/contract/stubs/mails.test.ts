/** The mail server of this machine shows a mail as who wrote it meant it: headers in one line, and in their own letters. */
import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';
import { Faults } from '../../../infra/cloud/src/faults.ts';
import { openStorage } from '../../../infra/cloud/src/storage.ts';
import { shownMails, startMailServer } from '../../../infra/stubs/notices/mail-server.ts';

const now = Date.parse('2026-11-24T10:00:00Z');

test.each([
  ['short', 'Hello'],
  ['folded', `It is ${'long '.repeat(40)}indeed`],
  ['in Japanese, in several words', '店舗への連絡の時刻です: '.repeat(12).trim()],
  ['with a letter of its own', `A café_of = ? ${'and more '.repeat(20)}so on`],
])('a subject that is %s', async (_, subject) => {
  const db = openStorage(undefined);
  const server = await startMailServer({ db, clock: { now: () => now }, faults: new Faults() });
  const transport = createTransport(server.url);
  await transport.sendMail({ from: 'a@example.jp', to: ['b@example.jp', 'c@example.jp'], subject, text: 'x' });
  transport.close();
  await server.close();
  expect(shownMails(db)).toMatchObject({
    messages: [
      {
        at: '2026-11-24T10:00:00.000Z',
        from: 'a@example.jp',
        to: ['b@example.jp', 'c@example.jp'],
        headers: { subject },
      },
    ],
  });
});

test('a recipient that is greylisted is refused for a minute, and the others are not', async () => {
  let at = now;
  const db = openStorage(undefined);
  const server = await startMailServer({ db, clock: { now: () => at }, faults: new Faults() });
  const transport = createTransport(server.url);
  const send = async () => {
    const sent = await transport.sendMail({ from: 'a@b.jp', to: ['grey@b.jp', 'c@b.jp'], subject: 's', text: 'x' });
    return [sent.accepted, sent.rejectedErrors?.map((each) => each.responseCode) ?? []];
  };
  expect(await send()).toEqual([['c@b.jp'], [451]]);
  at += 59_000;
  expect(await send()).toEqual([['c@b.jp'], [451]]);
  at += 1_000;
  expect(await send()).toEqual([['grey@b.jp', 'c@b.jp'], []]);
  transport.close();
  await server.close();
});
