import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshdesk } from '../../../functions/intake/sources/freshdesk.ts';
import { generic } from '../../../functions/intake/sources/generic.ts';
import { zendesk } from '../../../functions/intake/sources/zendesk.ts';
import { readBytes, signalOf } from './reading.ts';

/** The JSON block of a page, as a reader copies it. */
function templateOf(page: string): string {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/connect', page), 'utf8');
  return /```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
}

/** As the tool fills it in: by the placeholder's last name. */
function filled(template: string, values: Record<string, string>): Buffer {
  const text = template.replace(/\{\{ticket\.([\w.]+)\}\}/g, (whole, path: string) => values[path] ?? whole);
  return Buffer.from(text);
}

const hard = 'He said "it stops", then\n\tleft. <b>{"a": 1}</b> C:\\pos';

describe('the published templates, filled in', () => {
  test('Zendesk’s', () => {
    const bytes = filled(templateOf('zendesk.md'), {
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
    expect(() => JSON.parse(bytes.toString())).toThrow(/JSON/);
    expect(readBytes(zendesk, bytes)).toMatchObject({
      signal: {
        sourceId: '9120',
        kind: 'stated',
        title: '注文が"通らない"',
        url: 'https://acme.zendesk.com/agent/tickets/9120',
        form: 'トラブル',
        channel: 'Web form',
        tags: ['vip', 'metronome-drill'],
        isDrill: true,
        customer: { id: '8100', name: '渋谷店' },
        occurredAt: { at: new Date('2026-11-24T00:50:00Z') },
        ongoing: 'yes',
        businessImpact: 'stopped',
        affectedCustomers: [{ id: 'store-13' }, { id: 'store-14' }],
        reportedAt: new Date('2026-11-24T00:58:30Z'),
        problems: [],
      },
    });
  });

  test('Freshdesk’s', () => {
    const bytes = filled(templateOf('freshdesk.md').replace('"created"', '"agent-replied"'), {
      id: '310',
      subject: '印刷できない',
      description: `<div class="x">${hard}</div>`,
      ticket_type: 'Problem',
      'requester.email': 'sato@shop.example',
      latest_public_comment: '直りました',
      'agent.name': '鈴木',
      cf_occurred: '2026-11-24 09:50',
      cf_ongoing: 'いいえ',
      cf_impact: '低下',
      cf_affected: 'store-1',
    });
    expect(readBytes(freshdesk, bytes)).toMatchObject({
      signal: {
        sourceId: '310',
        kind: 'agent-replied',
        title: '印刷できない',
        form: 'Problem',
        message: '直りました',
        agent: '鈴木',
        customer: { id: 'sato@shop.example' },
        ongoing: 'no',
        businessImpact: 'degraded',
        affectedCustomers: [{ id: 'store-1' }],
        problems: [],
      },
    });
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

  test('the generic ticket’s', () => {
    expect(signalOf(generic, templateOf('generic.md'))).toMatchObject({
      sourceId: 'T-1001',
      problems: [],
      businessImpact: 'stopped',
    });
  });
});
