/** A decision names the version of the policy it was taken by: that version can still be read when another is in force. */
import { expect, test } from 'vitest';
import { keepPolicy } from '../../functions/kept-policies.ts';
import { runIn } from '../../functions/platform/environment.ts';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { policy, policyVersion } from '../../functions/policy.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T10:00:00+09:00');

const stored = () => firestore().collection(collections.policies);

test('the policy in force is kept within a minute, and once', async () => {
  await scenario.advance('PT1M');
  const { docs } = await stored().get();
  expect(docs.map((each) => each.id)).toEqual([policyVersion(policy)]);
  expect(JSON.parse(docs[0]?.get('policy'))).toEqual(JSON.parse(JSON.stringify(policy)));
});

test('a process that comes later leaves since when it was kept', async () => {
  const writtenAt = async () => (await stored().doc(policyVersion(policy)).get()).updateTime;
  const before = await writtenAt();
  // Another process has a client of its own.
  await runIn({ ...scenario.house.environment }, () => keepPolicy(policy, new Date('2026-11-25T00:00:00Z')));
  expect(await writtenAt()).toEqual(before);
});

test('the console says what the team has set, what is still to set up, and which versions were in force', async () => {
  const { company } = policy.sender;
  const { areas } = policy;
  try {
    policy.sender.company = { ...company, ja: '株式会社例' };
    policy.areas = [{ area: 'pos', owner: '注文チーム' }];
    const { body } = await scenario.get('/console/settings');
    expect(body).toContain('<li>pos · 注文チーム</li>');
    expect(body).not.toMatch(/<(?:li|td)>[^<]*\{\w+\}/);
    expect(body).toContain('id="own"');
    expect(body).toContain('<code>sender.company.ja</code></th><td>株式会社例</td><td></td>');
    // In the language of the customers, from the team itself.
    expect(body).toMatch(/<pre class="draft" lang="ja">[^<]*株式会社例サポート窓口/);
    expect(body).toMatch(/id="to-set-up".*<code>policy\.sender<\/code>/s);
    expect(body).toContain(`<a href="/console/settings?version=${policyVersion(policy)}">`);
  } finally {
    policy.sender.company = company;
    policy.areas = areas;
  }
});

test('the address where the policy was leads to the settings, with the version', async () => {
  const answer = await fetch(`${scenario.url}/console/policy?version=pol_000000000000`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/console/settings?version=pol_000000000000']);
});

test('the console shows the version that an incident was judged by, and says that it is no longer in force', async () => {
  const before = { ...policy, zone: 'Europe/Lisbon' };
  const version = policyVersion(before);
  await stored()
    .doc(version)
    .create({ version, policy: JSON.stringify(before), keptAt: new Date(), by: 'ann@shop.example', commit: '1a2b3c4' });
  const english = { headers: { 'accept-language': 'en' } };
  const body = await (await fetch(`${scenario.url}/console/settings?version=${version}`, english)).text();
  expect(body).toContain('Europe/Lisbon');
  expect(body).toContain('no longer in force');
  const all = await (await fetch(`${scenario.url}/console/settings`, english)).text();
  expect(all).toMatch(/Versions.* · deployed by ann@shop\.example · <code>1a2b3c4<\/code>/s);
  expect((await scenario.get(`/console/settings?version=${policyVersion(policy)}`)).body).not.toContain(
    'Europe/Lisbon',
  );
  expect((await scenario.get('/console/settings?version=pol_000000000000')).status).toBe(404);
});
