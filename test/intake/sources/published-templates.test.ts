import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Signal } from '../../../functions/incidents/signals/signal.ts';
import { freshdesk } from '../../../functions/intake/sources/freshdesk.ts';
import { generic } from '../../../functions/intake/sources/generic.ts';
import type { IntakeSource } from '../../../functions/intake/sources/source.ts';
import { zendesk } from '../../../functions/intake/sources/zendesk.ts';
import { namedInOrder, rowsOf } from '../../in-a-line.ts';
import { readBytes } from './reading.ts';

/** The JSON block of a page, as a reader copies it. */
function templateOf(page: string): string {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/how-to/connect', page), 'utf8');
  return /```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
}

/** As the tool fills it in: by the placeholder's last name. */
function filled(template: string, values: Record<string, string>): Buffer {
  const text = template.replace(/\{\{ticket\.([\w.]+)\}\}/g, (whole, path: string) => values[path] ?? whole);
  return Buffer.from(text);
}

const hard = 'He said "it stops", then\n\tleft. <b>{"a": 1}</b> C:\\pos';

describe('the published templates, filled in', () => {
  test('each says all of this (else: vitest -u, and read what has changed)', async () => {
    const ofZendesk = filled(templateOf('zendesk.md'), {
      id: '9120',
      title: '注文が"通らない"',
      description: hard,
      url: 'acme.zendesk.com/agent/tickets/9120',
      ticket_form: 'トラブル',
      via: 'Web form',
      tags: 'vip metronome-drill',
      created_at_with_timestamp: '2026-11-24T00:58:30Z',
      'organization.id': '8100',
      'organization.name': '渋谷店',
      'requester.id': '7001',
      'requester.name': '佐藤',
      ticket_field_111: '2026-11-24 09:50',
      ticket_field_option_title_222: 'はい',
      ticket_field_option_title_333: '停止',
      ticket_field_444: 'store-13、store-14',
    });
    expect(() => JSON.parse(ofZendesk.toString())).toThrow(/JSON/);
    const ofFreshdesk = filled(templateOf('freshdesk.md'), {
      id: '310',
      subject: '印刷できない',
      description: `<div class="x">${hard}</div>`,
      ticket_type: 'Problem',
      'requester.email': 'sato@shop.example',
      latest_public_comment: '直りました',
      cf_occurred: '2026-11-24 09:50',
      cf_ongoing: 'いいえ',
      cf_impact: '低下',
      cf_affected: 'store-1',
    });
    const rows = {
      Zendesk: readBytes(zendesk, ofZendesk),
      Freshdesk: readBytes(freshdesk, ofFreshdesk, undefined, undefined, { event: 'agent-replied' }),
      'the generic ticket': readBytes(generic, Buffer.from(templateOf('generic.md'))),
    };
    const ids = /\bsig_[\da-f]{24}/g;
    await expect(namedInOrder(rowsOf(rows), ids)).toMatchFileSnapshot('published-whole.txt');
  });

  test('nothing filled in leaves a ticket with only its id', () => {
    for (const [source, page] of [
      [zendesk, 'zendesk.md'],
      [freshdesk, 'freshdesk.md'],
    ] as const) {
      const reading = readBytes(source, filled(templateOf(page), { id: '1' }));
      expect(reading).toMatchObject({ signal: { sourceId: '1', tags: [], affectedCustomers: [], problems: [] } });
      expect('signal' in reading && [reading.signal.title, reading.signal.customer, reading.signal.url]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  /** What a ticket says more where these are filled in as well, but for its own id. */
  function saysMore(source: IntakeSource, template: string, values: Record<string, string>): Record<string, unknown> {
    const of = (filledIn: Record<string, string>): Record<string, unknown> => {
      const reading = readBytes(source, filled(template, { id: '1', ...filledIn }));
      if (!('signal' in reading)) throw new Error('It is no signal.');
      return { ...reading.signal };
    };
    const [before, after] = [of({}), of(values)];
    const changed = Object.keys(after).filter((key) => key !== 'id' && !isDeepStrictEqual(before[key], after[key]));
    return Object.fromEntries(changed.map((key) => [key, after[key]]));
  }

  const occurredAt = { at: new Date('2026-11-24T00:50:00Z'), isApproximate: true };
  type Row = [values: Record<string, string>, says: Record<string, unknown>];
  test.each<Row>([
    [{ title: '件名' }, { title: '件名' }],
    [{ description: '本文' }, { description: '本文' }],
    [{ url: 'acme.zendesk.com/agent/tickets/1' }, { url: 'https://acme.zendesk.com/agent/tickets/1' }],
    [{ ticket_form: 'トラブル' }, { form: 'トラブル' }],
    [{ via: 'Web form' }, { channel: 'Web form' }],
    [{ tags: 'vip' }, { tags: ['vip'] }],
    [{ tags: 'metronome-drill' }, { tags: ['metronome-drill'], isDrill: true }],
    [{ created_at_with_timestamp: '2026-11-24T00:58:30Z' }, { reportedAt: new Date('2026-11-24T00:58:30Z') }],
    [{ 'organization.id': '8100' }, { customer: { id: '8100' } }],
    [{ 'organization.name': '渋谷店' }, { customer: { id: '渋谷店', name: '渋谷店' } }],
    [{ 'requester.id': '7001' }, { customer: { id: '7001' } }],
    [{ 'requester.id': '7001', 'requester.name': '佐藤' }, { customer: { id: '7001', name: '佐藤' } }],
    // The person who wrote for an organization is not its name.
    [{ 'organization.id': '8100', 'requester.id': '7001', 'requester.name': '佐藤' }, { customer: { id: '8100' } }],
    [{ 'requester.name': '佐藤' }, {}],
    [{ ticket_field_111: '2026-11-24 09:50' }, { occurredAt }],
    [{ ticket_field_option_title_222: 'はい' }, { ongoing: 'yes' }],
    [{ ticket_field_option_title_333: '停止' }, { businessImpact: 'stopped' }],
    [{ ticket_field_444: 'store-13' }, { affectedCustomers: [{ id: 'store-13' }] }],
  ])('Zendesk’s %j says %j, and nothing else', (values, says) => {
    expect(saysMore(zendesk, templateOf('zendesk.md'), values)).toEqual(says);
  });

  test.each<Row>([
    [{ subject: '件名' }, { title: '件名' }],
    [{ description: '本文' }, { description: '本文' }],
    [{ url: 'https://acme.freshdesk.com/a/tickets/1' }, { url: 'https://acme.freshdesk.com/a/tickets/1' }],
    [{ ticket_type: 'Problem' }, { form: 'Problem' }],
    [{ source: 'Phone' }, { channel: 'Phone' }],
    [{ tags: 'vip, metronome-drill' }, { tags: ['vip', 'metronome-drill'], isDrill: true }],
    [{ 'requester.company_name': '渋谷店' }, { customer: { id: '渋谷店', name: '渋谷店' } }],
    [{ 'requester.email': 'sato@shop.example' }, { customer: { id: 'sato@shop.example' } }],
    [{ 'requester.name': '佐藤' }, {}],
    [
      { 'requester.name': '佐藤', 'requester.email': 'sato@shop.example' },
      { customer: { id: 'sato@shop.example', name: '佐藤' } },
    ],
    [
      { 'requester.company_name': '渋谷店', 'requester.name': '佐藤', 'requester.email': 'sato@shop.example' },
      { customer: { id: '渋谷店', name: '渋谷店' } },
    ],
    // That is what was said before: a ticket that is new says what it says itself.
    [{ latest_public_comment: '直りました' }, {}],
    [{ cf_occurred: '2026-11-24 09:50' }, { occurredAt }],
    [{ cf_ongoing: 'いいえ' }, { ongoing: 'no' }],
    [{ cf_impact: '低下' }, { businessImpact: 'degraded' }],
    [{ cf_affected: 'store-1' }, { affectedCustomers: [{ id: 'store-1' }] }],
  ])('Freshdesk’s %j says %j, and nothing else', (values, says) => {
    expect(saysMore(freshdesk, templateOf('freshdesk.md'), values)).toEqual(says);
  });

  test.each([
    ['created', { kind: 'stated', message: undefined }],
    ['updated', { kind: 'stated', message: undefined }],
    ['agent-replied', { kind: 'agent-replied', message: '直りました' }],
    ['customer-wrote', { kind: 'customer-wrote', message: '直りました' }],
    ['solved', { kind: 'solved', message: undefined }],
    ['reopened', { kind: 'reopened', message: undefined }],
    // A word that says nothing is no reason to look for another one in the body.
    ['shipped', { kind: 'stated', message: undefined }],
  ])('Freshdesk’s rule for %s says so, and in which words', (event, says) => {
    const values = { id: '1', latest_public_comment: '直りました' };
    const reading = readBytes(freshdesk, filled(templateOf('freshdesk.md'), values), undefined, undefined, { event });
    const { kind, message } = ('signal' in reading ? reading.signal : {}) as Signal;
    expect({ kind, message }).toEqual(says);
  });
});
