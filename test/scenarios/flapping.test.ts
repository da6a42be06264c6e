/** Alerts whose tools tell no time: the same words, after an end in between, are another alert. */
import { expect, test } from 'vitest';
import { datadogAlert } from '../fixtures/alert-groups.ts';
import { useScenario } from './house.ts';

const key = '0b5d1e0e-1111-4111-8111-111111111111';
const routingKey = 'r'.repeat(32);
const environment = { ...process.env, OPSGENIE_API_KEY: key, PAGERDUTY_ROUTING_KEYS: routingKey };
const scenario = useScenario('2026-11-24T01:02:00.000Z', { environment });

interface Door {
  begins(id: string): Promise<{ status: number }>;
  ends(id: string): Promise<{ status: number }>;
}

const opsgenie = { authorization: `GenieKey ${key}` };
const doors: [string, Door][] = [
  [
    'Opsgenie’s API',
    {
      begins: (alias) => scenario.post('/opsgenie/v2/alerts', { message: alias, alias }, opsgenie),
      ends: (alias) => scenario.post(`/opsgenie/v2/alerts/${alias}/close?identifierType=alias`, {}, opsgenie),
    },
  ],
  [
    'PagerDuty’s Events API',
    {
      begins: (dedup_key) => {
        const payload = { summary: dedup_key, source: 'a', severity: 'critical' };
        return scenario.post('/pagerduty/v2/enqueue', {
          routing_key: routingKey,
          event_action: 'trigger',
          dedup_key,
          payload,
        });
      },
      ends: (dedup_key) =>
        scenario.post('/pagerduty/v2/enqueue', { routing_key: routingKey, event_action: 'resolve', dedup_key }),
    },
  ],
  [
    'a template',
    {
      begins: (id) => template(id, 'firing'),
      ends: (id) => template(id, 'resolved'),
    },
  ],
];
const template = (id: string, status: string) => {
  const { occurredAt: _, ...body } = datadogAlert({ id, title: id, group: id, status });
  return scenario.post('/alerts/generic', body, { authorization: 'Bearer local' });
};

const kindsOf = async (id: string): Promise<string[]> =>
  (await scenario.get(`/api/incidents/${id}/signals?limit=100`)).body.signals
    .map(({ kind }: { kind: string }) => kind)
    .sort();
const titled = async (title: string): Promise<{ id: string; status: string }[]> =>
  (await scenario.get('/api/incidents?limit=100')).body.incidents.filter(
    (each: { title: string }) => each.title === title,
  );

test.each(doors)(
  'through %s, an alert that flaps is told each time, and a retry once',
  async (name, { begins, ends }) => {
    const id = `flaps-${doors.findIndex(([each]) => each === name)}`;
    for (let round = 0; round < 3; round += 1) {
      for (const tell of [begins, ends]) {
        for (let attempt = 0; attempt < 2; attempt += 1) expect((await tell(id)).status).toBeLessThan(300);
        await scenario.advance('PT1M');
      }
    }
    const [incident, ...others] = await titled(id);
    expect(others).toEqual([]);
    const all = ['alert-closed', 'alert-opened'].flatMap((each) => Array(3).fill(each));
    expect(await kindsOf(incident?.id ?? '')).toEqual(all);
  },
);

test.each(doors)(
  'through %s, an alert that begins again after the recovery reopens',
  async (name, { begins, ends }) => {
    const id = `again-${doors.findIndex(([each]) => each === name)}`;
    await begins(id);
    await ends(id);
    const [incident] = await titled(id);
    await scenario.post(`/api/incidents/${incident?.id}/events`, { type: 'recovered' });
    await scenario.advance('PT2M');
    await begins(id);
    expect((await titled(id)).map(({ status }) => status)).toEqual(['open']);
  },
);

test('what says when it was is one beginning, also where it is sent again after its end', async () => {
  const body = datadogAlert({ id: 'dated', title: 'dated', group: 'dated' });
  const ended = { ...body, status: 'Recovered', occurredAt: '1795482000000' };
  const again = { ...body, occurredAt: '1795482060000' };
  for (const each of [body, ended, body, ended, again, ended])
    await scenario.post('/alerts/generic', each, { authorization: 'Bearer local' });
  const [incident] = await titled('dated');
  expect(await kindsOf(incident?.id ?? '')).toEqual(['alert-closed', 'alert-opened', 'alert-opened']);
});
