/**
 * The pages of the pictures in a small house, which takes a second where the demo takes a minute: a digest of each tells
 * whether a page has changed since the pictures were taken.
 */
import { createHash } from 'node:crypto';
import { languages } from '../../functions/words/text.ts';
import { openScenario } from '../scenarios/house.ts';

/** By the name that the pictures of a page begin with, and the language. */
export async function smallPages(): Promise<Record<string, string>> {
  const scenario = await openScenario('2026-11-24T00:00:00Z');
  try {
    const shop = (index: number) => ({ id: `store-${index}`, name: `店舗${index}` });
    const report = async (index: number, more: object = {}): Promise<string> => {
      const { body } = await scenario.ticket({
        id: `T-${index}`,
        subject: '注文が通らない',
        customer: shop(index),
        ...more,
      });
      return body.incident.id;
    };
    const id = await report(1, { ongoing: 'yes', businessImpact: 'stopped', affectedCustomers: [shop(2), shop(3)] });
    await report(4, { subject: 'レシートが印刷できない', businessImpact: 'degraded' });
    const say = (statement: object) => scenario.post(`/api/incidents/${id}/events`, statement);
    await scenario.advance('PT5M');
    await say({ type: 'assigned', assignee: 'sato@example.jp' });
    await say({ type: 'customer-updated', customers: 'all', message: '確認しております。' });
    await scenario.advance('PT40M');
    await scenario.post('/api/postmortems/2026-W48/assemble', {});
    const paths = {
      board: '/console',
      incident: `/console/incidents/${id}`,
      trends: '/console/trends',
      bundle: '/console/postmortems/2026-W48',
    };
    const pages: Record<string, string> = {};
    for (const language of languages)
      for (const [name, path] of Object.entries(paths)) {
        const answer = await fetch(scenario.url + path, { headers: { 'accept-language': language } });
        if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}.`);
        pages[`${name}-${language}`] = digestOf(await answer.text());
      }
    return pages;
  } finally {
    await scenario.stop();
  }
}

/** Without what differs from run to run: ids, codes, versions, digests of assets, keys of forms, spans of time, and numbers. */
const digestOf = (html: string): string =>
  createHash('sha256')
    .update(
      html
        .replaceAll(/\b[a-z]{3}_[\da-f]{10,}\b|\bM-[\dA-Z]{6}\b|\b[\da-f]{8,}(?:-[\da-f]{4,})*\b|"[\w-]{20,}"/g, '…')
        .replaceAll(/(?:\d+ ?(?:h|min|s|時間|分|秒)(?![a-z]) ?)+/g, '…')
        .replaceAll(/\d+/g, '0'),
    )
    .digest('hex')
    .slice(0, 12);
