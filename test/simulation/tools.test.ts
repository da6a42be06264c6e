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

  const none = { comments: [], updates: [] };
  const lost = { comments: [], updates: [{ ...update, state: 'failed' }], told: [failed] };
  test.each(
    Object.entries<(ledger: Ledger) => unknown>({
      '2 times': (of) => of.comments.push({ ...comment, id: '92' }),
      'nobody confirmed': (of) => Object.assign(of.comments[0] ?? {}, { body: 'x' }),
      'recorded once, and is 2': (of) => of.told.push({ ...event, id: '00000002' }),
      'recorded once, and is 0': (of) => of.told.pop(),
      'is there 0 times': (of) => of.comments.pop(),
      'still on its way': (of) => Object.assign(of.updates[0], { state: 'sending' }),
      'is failed, and is there': (of) => Object.assign(of.updates[0], { state: 'failed' }),
      'nobody was told': (of) => Object.assign(of, lost),
      'no update came of it': (of) => Object.assign(of, { ...none, told: [] }),
      'shows a note to the customer': (of) => of.comments.push({ ...comment, id: '93', body: '起票 inc_1' }),
    }),
  )('otherwise is noticed: %s', (sentence, spoil) => {
    const ledger = truth();
    spoil(ledger);
    expect(judge(ledger).join('\n')).toMatch(new RegExp(sentence));
  });
});
