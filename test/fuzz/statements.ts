/** What people state, one of each kind and whole: mutations of API bodies begin from these. */
export const statementBodies: Record<string, unknown>[] = [
  { type: 'responded', occurredAt: '2026-11-24T09:50:00+09:00', evidenceUrl: 'https://desk.example/1' },
  { type: 'assigned', assignee: '佐藤' },
  {
    type: 'verified',
    happened: 'yes',
    ongoing: 'yes',
    reportDiffers: '時刻',
    method: 'ログ',
    evidenceUrl: 'https://x.example',
  },
  { type: 'verified', happened: 'no', method: 'ログ', evidenceUrl: 'https://x.example' },
  {
    type: 'scoped',
    affectedCustomerCount: 3,
    affectedCustomers: [{ id: 'store-20', name: '新宿店', contactId: 'chain-3' }, { id: 21 }],
    method: 'SQL',
    recurrenceRisk: 'yes',
  },
  { type: 'snoozed' },
  { type: 'customer-removed', customer: 'store-12', why: '誤登録' },
  { type: 'names-removed', ticket: '5158', why: '書き込み' },
  { type: 'mitigated', kind: 'revert', note: '戻した', lighterWayTried: '設定' },
  { type: 'customer-updated', customers: 'all', message: 'お待ちください', channel: 'ticket', recovery: false },
  { type: 'customer-updated', customers: ['store-12'], recovery: true },
  { type: 'recovered', customers: ['store-12'] },
  { type: 'recovered' },
  { type: 'caused', category: 'release', summary: '漏れ', releaseId: 'none' },
  { type: 'fixed', permanentFix: '直した' },
  { type: 'prevention', text: '試験' },
  { type: 'described', text: '注文が通らない' },
  { type: 'corrected', field: 'occurredAt', value: '2026-11-24T09:50:00+09:00' },
  { type: 'corrected', field: 'impact.affectedCustomerCount', value: 40 },
  { type: 'corrected', field: 'ticketUrls', value: ['https://desk.example/1'] },
  { type: 'corrected', field: 'title', value: '別の題' },
  { type: 'linked', to: 'inc_000000000000000000000000', basis: '同じ' },
  { type: 'unlinked' },
  { type: 'commented', text: 'メモ' },
  { type: 'retracted', eventId: '00000002', why: '間違い' },
];

export const actionBody = {
  description: '監視を足す',
  kind: 'detect',
  owner: 'sato@shop.example',
  ticketUrl: 'https://desk.example/2',
  doneWhen: '警報が鳴る',
};

export const reviewBody = {
  businessImpact: 'stopped',
  affectedCustomerCount: 3,
  recurrenceRisk: 'yes',
  cause: { category: 'release', summary: '漏れ', releaseId: 'none' },
  permanentFix: '直した',
  prevention: '試験',
  note: 'x',
};
