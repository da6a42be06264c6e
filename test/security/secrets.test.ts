/** Secrets that are none close their door: of which are none, see `test/platform/config.test.ts`. */
import { expect, test } from 'vitest';
import { openScenario } from '../scenarios/house.ts';

const ticketsAndAlerts = [
  '/tickets',
  '/tickets/zendesk',
  '/tickets/jira',
  '/alerts',
  '/alerts?auth_token=',
  '/alerts/alertmanager',
  '/alerts/grafana',
  '/alerts/generic',
  '/pagerduty/webhooks',
  '/changes/github',
  '/changes/gitlab',
];

test('a door without a secret says so to every sender, whatever it presents, and keeps nothing', async () => {
  const scenario = await openScenario(undefined, { environment: { TICKETS_TOKEN: ' , ', ALERTS_TOKEN: ',' } });
  try {
    const presented = [
      {},
      { authorization: 'Bearer ' },
      { authorization: 'Bearer ,' },
      { authorization: 'Basic Og==' },
    ];
    for (const path of ticketsAndAlerts) {
      for (const headers of [...presented, { 'x-hub-signature': 'sha256=' }]) {
        const reply = await scenario.post(path, { id: 'x', subject: 'y' }, headers as Record<string, string>);
        expect([path, reply.status]).toEqual([path, 401]);
        expect(reply.body.detail).toMatch(/^This endpoint is closed: \w+.* is not set/);
        expect(reply.headers.get('www-authenticate')).toBeTruthy();
      }
    }
    expect((await scenario.get('/api/incidents')).body.incidents).toEqual([]);
    expect((await scenario.get('/api/quarantine')).body.quarantine).toEqual([]);
  } finally {
    await scenario.stop();
  }
});
