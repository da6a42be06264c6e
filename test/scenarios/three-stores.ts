/** A night in which three stores report one outage in words of their own, and an alert comes late. */
import { expect } from 'vitest';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { freshdeskBody } from '../fixtures/tickets.ts';
import type { Scenario } from './house.ts';

export const stores = ['渋谷店', '新宿店', '大宮店'];

const ticketOf = (night: number, store: number): number => 400 + night * 10 + store;

/** @returns the incidents, the alert's last */
export async function reportNight(scenario: Scenario, night: number, titles: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [store, title] of titles.entries()) {
    const body = freshdeskBody({
      ticket_id: ticketOf(night, store),
      ticket_subject: title,
      ticket_description: '',
      requester_email: `store-${store}`,
      requester_name: stores[store],
    });
    const authorization = `Bearer ${toolSecrets.FRESHDESK_TOKEN}`;
    ids.push((await scenario.post('/tickets/freshdesk', body, { authorization })).body.incident.id);
    await scenario.advance('PT2M');
  }
  ids.push((await scenario.alert(thresholdAlert({ id: `0.${night}`, policy: `${night}` }))).body.incident.id);
  await scenario.advance('PT1M');
  return ids;
}

/** Each store has its first and its last message, by its own ticket, and nothing is left to fill in. */
export async function expectEachTold(scenario: Scenario, night: number, titles: readonly string[]): Promise<void> {
  for (const [store, title] of titles.entries()) {
    const { body } = await scenario.get(`/_local/tools/freshdesk/tickets/${ticketOf(night, store)}`);
    const comments: string[] = body.comments.flatMap((each: { isPublic: boolean; body: string }) =>
      each.isPublic ? [each.body] : [],
    );
    expect(comments).toHaveLength(2);
    for (const comment of comments) expect(comment).toContain(`「${title}」`);
    expect(comments[0]).toMatch(/ご連絡いただき、ありがとうございます。/);
    expect(comments.join()).not.toContain('要記入');
  }
}
