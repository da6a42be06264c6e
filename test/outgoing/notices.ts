import type { Notice } from '../../functions/platform/notice-schemas.ts';

/** A notice, with what a test does not care about filled in. */
export const noticeWith = (given: Partial<Notice> = {}): Notice => ({
  id: 'ntc_1',
  kind: 'update-due',
  incidentId: 'inc_1',
  customers: [],
  isDrill: false,
  subject: { ja: '件名', en: 'Subject' },
  text: { ja: '件名\n本文', en: 'Subject\nText' },
  url: 'https://console.example/incidents/inc_1',
  createdAt: '2026-11-24T01:00:00.000Z',
  ...given,
});
