/** Addresses that tickets bring are shown and never called; those that are configured lead to no private network. */
import { describe, expect, test } from 'vitest';
import { post } from '../../functions/outgoing/channels/post.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { openOtherSide } from '../outgoing/other-side.ts';
import { useScenario } from '../scenarios/house.ts';

const asked: string[] = [];
const { url: sentinel } = await openOtherSide((request, response) => {
  asked.push(request.url ?? '');
  response.writeHead(302, { location: '/elsewhere' }).end();
});
const scenario = useScenario();

test('nobody calls an address that a ticket, an alert or a person names', async () => {
  const url = `${sentinel}/from-ticket`;
  const { body } = await scenario.ticket({
    id: 'a',
    subject: url,
    description: url,
    url,
    customer: { id: 'c', name: url },
  });
  const alert = thresholdAlert({ labels: { runbook: url } });
  await scenario.alert({ ...alert, incident: { ...alert.incident, url } });
  const { id } = body.incident;
  await scenario.post(`/api/incidents/${id}/events`, {
    type: 'verified',
    happened: 'yes',
    method: url,
    evidenceUrl: url,
  });
  await scenario.post(`/api/incidents/${id}/events`, { type: 'corrected', field: 'ticketUrls', value: [url] });
  await scenario.post('/api/actions', { incidentId: id, description: url, kind: 'fix', ticketUrl: url });
  await scenario.advance('PT8H');
  for (const path of ['/console', `/console/incidents/${id}`, '/console/actions']) await scenario.get(path);
  expect((await scenario.inbox()).length).toBeGreaterThan(0);
  expect(asked).toEqual([]);
});

describe('a channel’s address', () => {
  const to = (url: string, allowPrivate = false) => post({ url, body: '{}', allowPrivate, timeoutMs: 2_000 });

  test.each([
    'http://127.0.0.1',
    'http://127.1',
    'http://0x7f.0.0.1',
    'http://2130706433',
    'http://0177.0.0.1',
    'http://0',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f00:1]',
    'http://[0:0:0:0:0:ffff:a9fe:a9fe]',
    'http://[64:ff9b::7f00:1]',
    'http://localhost',
    'http://LOCALHOST',
    'http://user:pass@127.0.0.1',
    'http://１２７.0.0.1',
    'http://169.254.169.254',
    'http://metadata.google.internal.127.0.0.1.invalid@127.0.0.1',
  ])('%s is refused before anything is sent', async (address) => {
    const url = new URL(address);
    url.port = new URL(sentinel).port;
    await expect(to(String(url))).rejects.toThrow(/private|not https/);
  });

  test('that sends us elsewhere is not followed', async () => {
    await expect(to(`${sentinel}/moved`, true)).rejects.toThrow('it answered 302');
    expect(asked).toEqual(['/moved']);
  });
});
