/** The one emergency of the demo's half year: an evening on which nobody could pay. Pure. */

interface Told {
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
export function tellEmergency(at: number): Told[] {
  const say = (after: number, who: string, statement: Record<string, unknown>): Told => ({
    at: at + after * minute,
    do: { kind: 'say', id, who, statement },
  });
  const tellAll = (after: number, message: string): Told =>
    say(after, customers, { type: 'customer-updated', customers: 'all', message });
  const body = {
    id,
    subject: '全店で会計ができない',
    description: '会計を押すと「接続できません」と表示され、どの端末でも会計が終わりません。',
    area: 'checkout',
    form: 'pos-trouble',
    channel: 'phone',
    url: `https://support.example.jp/tickets/${id}`,
    occurredAt: new Date(at - 6 * minute).toISOString(),
    ongoing: 'yes',
    businessImpact: 'stopped',
    customer: { id: 'store-0', name: '渋谷店' },
    affectedCustomers: [
      { id: 'store-4', name: '横浜店' },
      { id: 'store-7', name: '梅田店' },
    ],
    affectedCustomerCount: 38,
  };
  const scope = { affectedCustomerCount: 38, evidenceUrl: 'https://logs.example.jp/q/38', recurrenceRisk: 'yes' };
  return [
    { at, do: { kind: 'ticket', id, body } },
    say(2, lead, { type: 'role-taken', role: 'lead' }),
    say(3, customers, { type: 'role-taken', role: 'customers' }),
    say(6, lead, { type: 'verified', happened: 'yes', ongoing: 'yes', method: '決済の接続先の応答を確認' }),
    tellAll(9, '会計ができない状況を確認しております。恐れ入りますが、現金での会計をお願いいたします。'),
    say(12, record, { type: 'role-taken', role: 'record' }),
    say(16, record, { type: 'scoped', method: '決済の失敗を店舗ごとに集計', ...scope }),
    tellAll(23, '決済会社との接続に原因があることが分かり、別の接続への切り替えを進めております。'),
    say(31, lead, { type: 'mitigated', kind: 'isolated', note: '予備の接続に切り替え' }),
    tellAll(37, '予備の接続への切り替えを終え、会計ができることを各店舗で確認しております。'),
    say(44, lead, { type: 'recovered', customers: 'all' }),
    say(47, customers, {
      type: 'customer-updated',
      customers: 'all',
      recovery: true,
      message: '会計をご利用いただける状態に復旧いたしました。',
    }),
    say(90, lead, { type: 'caused', category: 'dependency', summary: '決済会社の接続障害', releaseId: 'none' }),
  ];
}
