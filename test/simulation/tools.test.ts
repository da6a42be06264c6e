/** That what updates to customers promise is looked after. The day in which the tools fail is in days.long.test.ts. */
import { describe, expect, test } from 'vitest';
import { type Doc, sortRecords } from './oracle/records.ts';
import { checkUpdates, type Tap } from './oracle/updates.ts';
import type { Delivered, Stage, ToolComment } from './stage.ts';

describe('the oracle of updates', () => {
  interface Ledger {
    taps: Tap[];
    comments: ToolComment[];
    updates: Doc[];
    told: Doc[];
    delivered: Delivered[];
  }
  const message = '確認中です。';
  const comment = { tool: 'zendesk', ticketId: '7', id: '91', body: message, isPublic: true, isOurs: true, at: 2 };
  const update = {
    id: 'upd_1',
    incidentId: 'inc_1',
    tool: 'zendesk',
    ticketId: '7',
    text: message,
    state: 'sent',
    requestedAt: 1,
    updatedAt: 2,
  };
  const event = {
    id: '00000001',
    type: 'customer-updated',
    recordedAt: 2,
    occurredAt: 2,
    detail: { message, customers: ['store-1'], sentAs: { tool: 'zendesk', id: '91' } },
  };
  const failed = { id: '00000002', type: 'update-failed', recordedAt: 3, detail: { updateId: 'upd_1' } };
  const notice = { kind: 'update-failed', incidentId: 'inc_1' } as Delivered;
  const truth = (): Ledger => ({
    taps: [{ key: 'k', incidentId: 'inc_1', message, at: 1, isTaken: true }],
    comments: [{ ...comment }],
    updates: [{ ...update }],
    told: [event],
    delivered: [],
  });
  const judge = ({ taps, comments, updates, told, delivered }: Ledger): string[] => {
    const documents = new Map<string, Doc>([
      ['incidents/inc_1', { status: 'open' }],
      ...told.map((each): [string, Doc] => [`incidents/inc_1/timeline/${each.id}`, each]),
    ]);
    const stage = { remote: () => ({ comments: () => comments }), delivered: () => delivered } as unknown as Stage;
    return checkUpdates(taps, sortRecords(documents), updates, stage);
  };

  test('has nothing to say of what was sent and of a failure that is seen', () => {
    expect(judge(truth())).toEqual([]);
    const unsent = { ...truth(), comments: [], updates: [{ ...update, state: 'failed' }], told: [failed] };
    expect(judge({ ...unsent, delivered: [notice] })).toEqual([]);
  });

  test.each<[string, (ledger: Ledger) => void, RegExp]>([
    ['the same comment twice', (of) => of.comments.push({ ...comment, id: '92' }), /2 times/],
    [
      'another text than the confirmed one',
      (of) => Object.assign(of.comments[0] ?? {}, { body: 'x' }),
      /nobody confirmed/,
    ],
    ['a comment that is recorded twice', (of) => of.told.push({ ...event, id: '00000002' }), /recorded once/],
    ['a comment that is not recorded', (of) => of.told.pop(), /recorded once/],
    ['a record of what is not there', (of) => of.comments.pop(), /is there 0 times/],
    ['one still on its way', (of) => Object.assign(of.updates[0], { state: 'sending' }), /still on its way/],
    [
      'one that failed and is there',
      (of) => Object.assign(of.updates[0], { state: 'failed' }),
      /is failed, and is there/,
    ],
    [
      'a failure that nobody was told of',
      (of) => Object.assign(of, { comments: [], updates: [{ ...update, state: 'failed' }], told: [failed] }),
      /nobody was told/,
    ],
    [
      'a tap that went nowhere',
      (of) => Object.assign(of, { comments: [], updates: [], told: [] }),
      /no update came of it/,
    ],
    [
      'a note that the customer sees',
      (of) => of.comments.push({ ...comment, id: '93', body: '起票 inc_1', isPublic: true }),
      /shows a note to the customer/,
    ],
  ])('notices %s', (_, spoil, sentence) => {
    const ledger = truth();
    spoil(ledger);
    expect(judge(ledger).join('\n')).toMatch(sentence);
  });
});
