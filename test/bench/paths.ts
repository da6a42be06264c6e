/** Every path whose cost is a promise, as a sender would take it. The bench prints what each costs; a test holds it. */
import { type Operations, promised } from '../../infra/docs/operations.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a path reads what it expects, and fails where it is not there
  body: any;
}

/** What a path needs of a running house. */
export interface Sender {
  ticket(body: Record<string, unknown>): Promise<Answer>;
  alert(body: unknown): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  advance(duration: string): Promise<void>;
}

export interface CostPath {
  /** At most; `commits` exactly. */
  most: Operations;
  prepare?(sender: Sender): Promise<unknown>;
  /** @param prepared what `prepare` left */
  take(sender: Sender, prepared: unknown): Promise<unknown>;
}

const ticket = (id: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id,
  subject: '注文が通らない',
  ongoing: 'yes',
  businessImpact: 'stopped',
  customer: { id: 'store-12', name: '三条店' },
  ...more,
});

const question = (id: string, area: string): Record<string, unknown> =>
  ticket(id, {
    subject: '設定の場所を知りたい',
    category: 'question',
    differsFromExpected: 'no',
    ongoing: 'no',
    businessImpact: 'none',
    form: 'how-to',
    area,
  });

async function expectStatus(status: number, answer: Promise<Answer>): Promise<Answer> {
  const found = await answer;
  if (found.status !== status) throw new Error(`${found.status} ${JSON.stringify(found.body)}`);
  return found;
}

/** The clock's time before the first of them. */
export const beginsAt = '2026-11-24T10:00:02+09:00';

/** Taken in this order, in one house: a reminder costs what it should beside others that wait. */
export const paths: Record<string, CostPath> = {
  newTicket: {
    most: promised.newTicket,
    // An instance reads the list of customers once a minute, however many tickets come.
    prepare: (sender) => expectStatus(201, sender.ticket(question('first', 'menu'))),
    take: (sender) => expectStatus(201, sender.ticket(ticket('new'))),
  },
  duplicateTicket: {
    most: promised.duplicateTicket,
    prepare: (sender) => expectStatus(201, sender.ticket(ticket('again'))),
    take: (sender) => expectStatus(200, sender.ticket(ticket('again'))),
  },
  laterWord: {
    most: promised.laterWord,
    prepare: (sender) => expectStatus(201, sender.ticket(ticket('word'))),
    take: (sender) => expectStatus(200, sender.ticket(ticket('word', { url: 'https://support.example/word' }))),
  },
  question: { most: promised.question, take: (sender) => expectStatus(201, sender.ticket(question('ask', 'menu'))) },
  firstAlert: {
    most: promised.firstAlert,
    take: (sender) =>
      expectStatus(201, sender.alert(thresholdAlert({ id: '0.1', policy: '7', labels: { customer: 'store-1' } }))),
  },
  stormAlert: {
    most: promised.stormAlert,
    prepare: (sender) => expectStatus(201, sender.alert(thresholdAlert({ id: '0.2', policy: '8' }))),
    take: (sender) => expectStatus(200, sender.alert(thresholdAlert({ id: '0.3', policy: '8' }))),
  },
  event: {
    most: promised.event,
    prepare: (sender) => expectStatus(201, sender.ticket(ticket('event'))),
    take: (sender, prepared) =>
      expectStatus(
        201,
        sender.post(`/api/incidents/${(prepared as Answer).body.incident.id}/events`, {
          type: 'customer-updated',
          customers: 'all',
          message: '調査しています。',
          channel: 'phone',
          recovery: false,
        }),
      ),
  },
  reminder: {
    most: promised.reminder,
    // Whatever else is open has been reminded of before, and is not again in that minute.
    prepare: async (sender) => {
      await sender.advance('PT6M');
      await expectStatus(201, sender.ticket(ticket('remind')));
      await sender.advance('PT9M');
    },
    take: (sender) => sender.advance('PT1M'),
  },
};
