/** The one emergency of the demo's half year: an evening on which nobody could pay. Pure. */
import type { Language } from '../../functions/words/text.ts';
import { storyTexts } from './words.ts';

interface DemoStep {
  at: number;
  do:
    | { kind: 'ticket'; id: string; body: Record<string, unknown> }
    | { kind: 'say'; id: string; who: string; statement: Record<string, unknown> };
}

const minute = 60_000;
const id = 'T-8001';
const lead = 'aoki@example.jp';
const customers = 'mori@example.jp';
const record = 'sato@example.jp';

/** @param at when the first shop reports it */
export function tellEmergency(at: number, language: Language): DemoStep[] {
  const { emergency: words, shops } = storyTexts(language);
  const say = (after: number, who: string, statement: Record<string, unknown>): DemoStep => ({
    at: at + after * minute,
    do: { kind: 'say', id, who, statement },
  });
  const tellAll = (after: number, message: string): DemoStep =>
    say(after, customers, { type: 'customer-updated', customers: 'all', message });
  const body = {
    id,
    subject: words.subject,
    description: words.detail,
    area: 'checkout',
    form: 'pos-trouble',
    channel: 'phone',
    url: `https://support.example.jp/tickets/${id}`,
    occurredAt: new Date(at - 6 * minute).toISOString(),
    ongoing: 'yes',
    businessImpact: 'stopped',
    customer: { id: 'store-0', name: shops[0] },
    affectedCustomers: [
      { id: 'store-4', name: shops[4] },
      { id: 'store-7', name: shops[7] },
    ],
    affectedCustomerCount: 38,
  };
  const scope = { affectedCustomerCount: 38, evidenceUrl: 'https://logs.example.jp/q/38', recurrenceRisk: 'yes' };
  return [
    { at, do: { kind: 'ticket', id, body } },
    say(2, lead, { type: 'role-taken', role: 'lead' }),
    say(3, customers, { type: 'role-taken', role: 'customers' }),
    say(6, lead, { type: 'verified', happened: 'yes', ongoing: 'yes', method: words.method }),
    tellAll(9, words.cash),
    say(12, record, { type: 'role-taken', role: 'record' }),
    say(16, record, { type: 'scoped', method: words.scope, ...scope }),
    tellAll(23, words.switching),
    say(31, lead, { type: 'mitigated', kind: 'isolated', note: words.spare }),
    tellAll(37, words.switched),
    say(44, lead, { type: 'recovered', customers: 'all' }),
    say(47, customers, {
      type: 'customer-updated',
      customers: 'all',
      recovery: true,
      message: words.recovered,
    }),
    say(90, lead, { type: 'caused', category: 'dependency', summary: words.cause, releaseId: 'none' }),
  ];
}
