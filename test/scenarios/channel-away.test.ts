/** A channel that is away: its notice is tried for as long as the policy says, then given up once, where people see it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { topics } from '../../functions/topology.ts';
import { openScenario } from './house.ts';

it('is tried for so long and no longer, and the other channels are told', async () => {
  // A day by our policy; half an hour shows the same.
  const { giveUpAfter } = policy.notices;
  Object.assign(policy.notices, { giveUpAfter: 'PT30M' });
  let tries = 0;
  const server = createServer((_, response) => {
    tries += 1;
    response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const channels = [
    { kind: 'webhook', name: 'away', url, allowPrivate: true, secret: `whsec_${'c2VjcmV0'.repeat(6)}` },
  ];
  const environment = { ...process.env, NOTIFY_CHANNELS: JSON.stringify(channels) };
  const scenario = await openScenario('2026-11-24T10:00:00+09:00', { environment });
  try {
    await scenario.publish(topics.notifications, {
      id: 'ntc_away',
      kind: 'quarantine-growing',
      incidentId: null,
      customers: [],
      subject: { ja: '件名', en: 'subject' },
      text: { ja: '本文', en: 'text' },
      createdAt: '2026-11-24T01:00:00Z',
    });
    const given = async (): Promise<string[]> =>
      (await scenario.inbox()).filter((each) => each.kind === 'delivery-failed').map((each) => each.text);
    await scenario.advance('PT29M');
    expect(await given()).toEqual([]);
    const within = tries;
    expect(within).toBeGreaterThan(2);
    await scenario.advance('PT25M');
    const [told = '', ...more] = await given();
    expect(told).toContain('away');
    expect(more).toEqual([]);
    const atLast = tries;
    await scenario.advance('PT1H');
    expect(tries).toBe(atLast);
    expect(await given()).toHaveLength(1);
  } finally {
    Object.assign(policy.notices, { giveUpAfter });
    await scenario.stop();
    server.closeAllConnections();
    server.close();
  }
});
