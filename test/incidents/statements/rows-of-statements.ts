/** Table J, a row a rule: what each statement leaves on the record, in any order. */
import { instant, type Row } from '../../scenarios/rows.ts';

const at = instant;
const shown = { method: 'logs', evidenceUrl: 'https://logs.example/1' };
const notFound = { type: 'verified', happened: 'no', ...shown };
const fields = (wanted: Record<string, unknown>): Row['is'] => ({ fields: wanted });

/** All are filed at 10:00 about 09:50, and looked at when everything has been stated. */
export const rowsOfStatements: Record<string, Row> = {
  // Any statement is a response; the earliest is the first.
  responded: { says: { '10:04': { type: 'responded' } }, is: fields({ firstResponseAt: at('10:04'), responders: ['local'] }) },
  'responded, stated later for earlier': { says: { '10:20': [{ type: 'responded' }, { type: 'responded', at: '10:03' }] }, is: fields({ firstResponseAt: at('10:03'), responders: ['local'] }) },
  'responded, and again: the first stands': { says: { '10:03': { type: 'responded' }, '10:20': { type: 'responded' } }, is: fields({ firstResponseAt: at('10:03') }) },
  assigned: { says: { '10:04': { type: 'assigned', assignee: 'sato@example.jp' } }, is: fields({ assignee: 'sato@example.jp', firstResponseAt: at('10:04'), responders: ['local', 'sato@example.jp'] }) },
  'assigned to another: the last has it, both responded': {
    says: {
      '10:04': [
        { type: 'assigned', assignee: 'sato' },
        { type: 'assigned', assignee: 'ito' },
      ],
    },
    is: fields({ assignee: 'ito', responders: ['local', 'sato', 'ito'] }),
  },
  'a comment is no response': { says: { '10:04': { type: 'commented', text: '見ています' } }, is: fields({ firstResponseAt: undefined, responders: [] }) },
  'a correction is no response in time, but its author responded': { says: { '10:04': { type: 'corrected', field: 'title', value: '会計できない' } }, is: fields({ firstResponseAt: undefined, title: '会計できない' }) },
  'an update, too, is a response': { says: { '10:04': { type: 'customer-updated', customers: 'all', channel: 'mail' } }, is: fields({ firstResponseAt: at('10:04') }) },
  'and a recovery': { says: { '10:04': { type: 'recovered' } }, is: { status: 'recovered', recovered: '10:04', fields: { firstResponseAt: at('10:04') } } },

  // Verified.
  'verified to go on': {
    ticket: { ongoing: undefined },
    says: { '10:04': { type: 'verified', happened: 'yes', ongoing: 'yes', method: 'reproduced' } },
    is: { status: 'open', ongoing: 'yes', fields: { verifiedAt: at('10:04'), firstResponseAt: at('10:04') } },
  },
  'verified to happen: everybody waits as before': { ticket: { affectedCustomers: [{ id: 'b' }] }, says: { '10:04': { type: 'verified', happened: 'yes' } }, is: { due: 'a 10:15, b 10:15', fields: { happened: 'yes' } } },
  'verified twice: the first time stands, the last word on ongoing does': { says: { '10:04': { type: 'verified', ongoing: 'yes' }, '10:09': { type: 'verified', ongoing: 'no' } }, is: { ongoing: 'no', fields: { verifiedAt: at('10:04') } } },
  'verified, scoped and mitigated, and stated later for earlier: the earlier time stands': {
    says: {
      '10:20': [
        { type: 'verified', happened: 'yes' },
        { type: 'scoped', ...shown },
        { type: 'mitigated', kind: 'vendor' },
      ],
      '10:30': [
        { type: 'verified', happened: 'yes', at: '10:04' },
        { type: 'scoped', ...shown, at: '10:05' },
        { type: 'mitigated', kind: 'vendor', at: '10:06' },
      ],
    },
    is: fields({ verifiedAt: at('10:04'), scopedAt: at('10:05'), mitigatedAt: at('10:06') }),
  },
  'verified without a word on ongoing leaves it': { says: { '10:04': { type: 'verified', happened: 'yes' } }, is: { ongoing: 'yes', status: 'open' } },
  'not found to occur': { says: { '10:04': notFound }, is: { status: 'not-occurring', ongoing: 'no', recovered: '–' } },
  'recovered, and then not found to occur': { says: { '10:04': [{ type: 'recovered', at: '10:02' }, notFound] }, is: { status: 'not-occurring' } },
  'not found, and ongoing unknown: it stays so': { says: { '10:04': notFound, '10:08': { type: 'verified', happened: 'unconfirmed', ongoing: 'unknown' } }, is: { status: 'not-occurring' } },
  'not found, and then verified to go on': { says: { '10:04': notFound, '10:08': { type: 'verified', ongoing: 'yes' } }, is: { status: 'open', ongoing: 'yes' } },
  'seen to happen, and shown not to have until then: written down in the other order, it happens': {
    says: { '10:30': { type: 'verified', happened: 'yes', at: '10:20' }, '10:31': { type: 'verified', happened: 'no', at: '10:04', ...shown } },
    is: { status: 'open', ongoing: 'yes', fields: { happened: 'yes', verifiedAt: at('10:04') } },
  },
  'shown not to happen, and seen before that: written down in the other order, it does not': {
    says: { '10:30': { type: 'verified', happened: 'no', at: '10:20', ...shown }, '10:31': { type: 'verified', happened: 'yes', ongoing: 'yes', at: '10:04' } },
    is: { status: 'not-occurring', ongoing: 'no', fields: { happened: 'no', verifiedAt: at('10:04') } },
  },
  'shown not to happen at the minute at which it was seen: the last word stands': {
    says: { '10:30': { type: 'verified', happened: 'yes', at: '10:20' }, '10:31': { type: 'verified', happened: 'no', at: '10:20', ...shown } },
    is: { status: 'not-occurring' },
  },
  'recovered, and only happened is confirmed: it stays recovered': { says: { '10:04': { type: 'recovered' }, '10:08': { type: 'verified', happened: 'yes' } }, is: { status: 'recovered', recovered: '10:04' } },

  // Scoped.
  'scoped: count, method, evidence and risk': {
    says: { '10:04': { type: 'scoped', affectedCustomerCount: 12, recurrenceRisk: 'yes', ...shown } },
    is: { count: 12, fields: { scopedAt: at('10:04'), impact: { affectedCustomerCount: 12, scopeMethod: 'logs', scopeEvidenceUrl: 'https://logs.example/1', recurrenceRisk: 'yes' } } },
  },
  'the count is never lower than those who are named': { says: { '10:04': { type: 'scoped', affectedCustomerCount: 1, affectedCustomers: [{ id: 'b' }, { id: 'c' }] } }, is: { count: 3, due: 'a 10:15, b 10:19, c 10:19' } },
  'named again: once': {
    says: {
      '10:04': [
        { type: 'scoped', affectedCustomers: [{ id: 'a' }, { id: 'b' }] },
        { type: 'scoped', affectedCustomers: [{ id: 'b' }] },
      ],
    },
    is: { count: 2, due: 'a 10:15, b 10:19' },
  },
  'named with what they are called, and with whom they are told': {
    says: { '10:04': { type: 'scoped', affectedCustomers: [{ id: 'b', name: '渋谷店', contactId: 'chain' }] } },
    is: fields({ affectedCustomers: [{ id: 'a' }, { id: 'b', name: '渋谷店', contactId: 'chain' }] }),
  },
  'scoped twice: the first time stands, the last count does': {
    says: { '10:04': { type: 'scoped', affectedCustomerCount: 12, ...shown }, '10:09': { type: 'scoped', affectedCustomerCount: 5 } },
    is: { count: 5, fields: { scopedAt: at('10:04'), impact: { scopeMethod: 'logs' } } },
  },
  'the score follows the count': { ticket: { businessImpact: 'degraded' }, says: { '10:04': { type: 'scoped', affectedCustomerCount: 10 } }, is: { score: 6 } },

  // Mitigated, cause, fix.
  mitigated: { says: { '10:04': { type: 'mitigated', kind: 'workaround', note: '手書き' } }, is: { status: 'open', fields: { mitigatedAt: at('10:04'), mitigation: { kind: 'workaround', summary: '手書き' } } } },
  'mitigated again: the first time stands, the last way does': {
    says: { '10:04': { type: 'mitigated', kind: 'workaround' }, '10:09': { type: 'mitigated', kind: 'revert', lighterWayTried: '設定変更' } },
    is: fields({ mitigatedAt: at('10:04'), mitigation: { kind: 'revert', lighterWayTried: '設定変更' } }),
  },
  caused: { says: { '10:04': { type: 'caused', category: 'release', summary: 'v2', releaseId: 'b-1' } }, is: fields({ cause: { category: 'release', summary: 'v2', releaseId: 'b-1' } }) },
  'fixed, and what will keep it from happening again': {
    says: {
      '10:04': [
        { type: 'fixed', permanentFix: '検証を足す' },
        { type: 'prevention', text: '監視を足す' },
      ],
    },
    is: fields({ permanentFix: '検証を足す', prevention: '監視を足す' }),
  },
  'what will keep it from happening again, before anything else is said: a response': {
    says: { '10:04': { type: 'prevention', text: '監視を足す' } },
    is: fields({ prevention: '監視を足す', firstResponseAt: at('10:04'), responders: ['local'] }),
  },

  // Corrected.
  'when it occurred: judged again, against the same receipt': {
    says: { '11:30': { type: 'corrected', field: 'occurredAt', value: '2026-11-24T08:59:00+09:00' } },
    is: { urgency: 'low occurred-earlier', fields: { occurredAt: at('08:59'), urgency: { inputs: { receivedAt: at('10:00'), ageMinutes: 61 } } } },
  },
  'and high again': {
    ticket: { occurredAt: '2026-11-23' },
    says: { '11:30': { type: 'corrected', field: 'occurredAt', value: '2026-11-24T09:00:00+09:00' } },
    is: { urgency: 'high occurred-within-one-hour', fields: { occurredAt: at('09:00'), isOccurredAtApproximate: undefined } },
  },
  'a short name for what lies deeper': {
    ticket: { affectedCustomerCount: 10 },
    says: { '10:04': { type: 'corrected', field: 'businessImpact', value: 'stopped' } },
    is: { score: 12, fields: { impact: { businessImpact: 'stopped', affectedCustomerCount: 10 } } },
  },
  'the count: the others are due from then': { says: { '10:04': { type: 'corrected', field: 'affectedCustomerCount', value: 3 } }, is: { count: 3, due: 'a 10:15, others 10:19' } },
  'a time': { says: { '10:04': { type: 'responded' }, '10:09': { type: 'corrected', field: 'firstResponseAt', value: at('10:01') } }, is: fields({ firstResponseAt: at('10:01') }) },
  'when it recovered: so did whoever recovered last, and their message goes by it': {
    ticket: { affectedCustomers: [{ id: 'b' }] },
    says: {
      '12:16': { type: 'customer-updated', customers: 'all', channel: 'mail' },
      '12:30': [
        { type: 'recovered', customers: ['b'], at: '12:20' },
        { type: 'recovered', customers: ['a'], at: '12:28' },
      ],
      '12:31': { type: 'corrected', field: 'recoveredAt', value: at('12:25') },
    },
    is: { recovered: '12:25', recoveries: 'a 12:25, b 12:20', due: 'a 12:40, b 12:35' },
  },
  'anything else leaves the urgency, and that its time is about': {
    ticket: { occurredAt: '2026-11-23' },
    says: { '10:04': { type: 'corrected', field: 'title', value: '0' } },
    is: { urgency: 'low occurred-earlier', fields: { title: '0', isOccurredAtApproximate: true } },
  },
  'and those who are counted and not named': { ticket: { affectedCustomerCount: 3 }, says: { '10:04': { type: 'corrected', field: 'title', value: '会計できない' } }, is: { count: 3, due: 'a 10:15, others 10:15' } },
  'it goes on after all, and is over once those who are affected have recovered; who only reported it is told': {
    ticket: { reporterAffected: false, affectedCustomers: [{ id: 'b' }] },
    says: { '10:04': notFound, '10:20': { type: 'verified', happened: 'yes', ongoing: 'yes', method: 'logs' }, '10:30': { type: 'recovered', customers: ['b'] } },
    at: '10:31',
    is: { status: 'recovered', recovered: '10:30', recoveries: 'a –, b 10:30', due: 'a 10:19, b 10:35' },
  },
  'not found to occur, and the reporter told that all is well: it has not recovered': {
    says: { '10:04': [notFound, { type: 'customer-updated', customers: 'all', channel: 'mail', recovery: true }] },
    is: { status: 'not-occurring', recovered: '–', due: 'a over 10:04' },
  },
  'a later word of the ticket fills what was unknown, against the first receipt': {
    ticket: { occurredAt: undefined, ongoing: undefined, businessImpact: undefined },
    says: { '13:00': { word: { occurredAt: '2026-11-24T09:10:00+09:00', ongoing: 'no', businessImpact: 'stopped' } } },
    is: { ongoing: 'no', score: 4, urgency: 'high occurred-within-one-hour', fields: { urgency: { inputs: { receivedAt: at('10:00'), ageMinutes: 50 } } } },
  },
  'and leaves what is known': {
    ticket: { description: 'はじめ', businessImpact: 'degraded' },
    says: { '10:09': { word: { subject: '別件', description: 'あと', occurredAt: at('08:00'), ongoing: 'no', businessImpact: 'inconvenient' } } },
    is: { ongoing: 'yes', urgency: 'high occurred-within-one-hour', score: 2, fields: { title: '注文が通らない', description: 'はじめ' } },
  },
  'a later word names one more: they are due from then': { says: { '10:09': { word: { affectedCustomers: [{ id: 'b' }] } } }, is: { count: 2, due: 'a 10:15, b 10:24' } },
};
