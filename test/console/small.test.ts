/** Small things of the console that pages rely on: bodies laid out, doors asked, channels told apart, fields filled in. */
import { describe, expect, test } from 'vitest';
import { loadConnections } from '../../functions/console/connections-load.ts';
import { checkDoor, doorAddress, doors } from '../../functions/console/door-check.ts';
import { checkpointsSection, releasesSection } from '../../functions/console/evidence.ts';
import { isSameToken, maskToken } from '../../functions/console/guard.ts';
import type { Loaded } from '../../functions/console/incident-load.ts';
import { editable, rawBody } from '../../functions/console/signals.ts';
import { openIn } from '../../functions/console/to-set-up.ts';
import { stampBoard } from '../../functions/console/waiting.ts';
import { type DeliveryState, newDelivery } from '../../functions/platform/delivery.ts';
import { collections, firestore, incidentRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { chooseLanguage } from '../../functions/words/language.ts';
import { speak } from '../../functions/words/speech.ts';
import { openOtherSide } from '../outgoing/other-side.ts';
import { incident as factsOf } from '../postmortems/facts.ts';
import { useScenario, withPolicy } from '../scenarios/house.ts';

const view = { ...speak({ language: 'en', policy }), now: new Date(0), policy, actor: '', csrf: '', address: '' };

describe('a body that can be mended', () => {
  const nested = (depth: number, within = '1') => '['.repeat(depth) + within + ']'.repeat(depth);

  test.each<[string, string, boolean]>([
    ['JSON', '{"a":[1]}', true],
    ['32 deep', nested(32), true],
    ['33 deep', nested(33), false],
    ['with brackets in a text', `{"a":"${'['.repeat(99)}"}`, true],
    ['with brackets behind a quote in a text', `{"a":"\\"${'['.repeat(99)}"}`, true],
    ['with a backslash at the end of a text, and deep behind it', `["\\\\",${nested(40)}]`, false],
    ['that is no JSON', '{"a":', false],
    ['of 200,000 characters', JSON.stringify('x'.repeat(199_998)), true],
  ])('is laid out where it is %s: %s', (_, text, isLaidOut) => {
    expect(editable(Buffer.from(text))).toBe(isLaidOut ? JSON.stringify(JSON.parse(text), null, 2) : text);
  });

  test('is none where it is no text, or too long to be read', () => {
    expect(editable(Buffer.from([0xff, 0xfe]))).toBeUndefined();
    expect(editable(Buffer.from('x'.repeat(200_000)))).toBeDefined();
    expect(editable(Buffer.from('x'.repeat(200_001)))).toBeUndefined();
  });
});

describe('bytes as they came', () => {
  const shown = async (raw: Buffer): Promise<[how: string, text: string, isCut: boolean]> => {
    const page = String(await rawBody(view, raw, 'text/x'));
    const [, how = ''] = /<p class="muted">(.*?)<\/p>/.exec(page) ?? [];
    const [, text = '', after = ''] = /<pre[^>]*>(.*)<\/pre>(.*)$/s.exec(page) ?? [];
    return [how, text, after !== ''];
  };

  test.each<[string, Buffer, string, string]>([
    ['text', Buffer.from('a <b>'), 'text/x, 5 bytes', 'a &lt;b&gt;'],
    ['nothing', Buffer.alloc(0), 'text/x, 0 bytes', ''],
    ['text, counted in bytes and not in letters', Buffer.from('店😀'), 'text/x, 7 bytes', '店😀'],
    ['no text, of fewer letters', Buffer.from([0xe5, 0xba, 0xff]), 'text/x, 3 bytes, shown in Base64', '5br/'],
    ['no text: in base64', Buffer.from([0x96, 0xbc, 0x25]), 'text/x, 3 bytes, shown in Base64', 'lrwl'],
  ])('are shown as what they are: %s', async (_, raw, how, text) => {
    expect(await shown(raw)).toEqual([how, text, false]);
  });

  test.each([
    [200_000, false],
    [200_001, true],
  ])('of %i characters are cut, and said to be: %s', async (length, isCut) => {
    const [, text, said] = await shown(Buffer.from('x'.repeat(length)));
    expect([text.length, said]).toEqual([200_000, isCut]);
  });
});

test('a form’s token is that of the cookie, masked or not; what is shorter or longer is none', () => {
  const token = Buffer.alloc(32, 7).toString('base64url');
  const masked = Buffer.from(maskToken(token), 'base64url');
  expect(masked).toHaveLength(64);
  expect([isSameToken(token, token), isSameToken(token, masked.toString('base64url'))]).toEqual([true, true]);
  const others = [
    masked.subarray(1),
    Buffer.concat([masked, Buffer.from([0])]),
    masked.map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
  ];
  for (const other of others) expect(isSameToken(token, Buffer.from(other).toString('base64url'))).toBe(false);
  expect([isSameToken(undefined, token), isSameToken(token, undefined), isSameToken('', '')]).toEqual([
    false,
    false,
    false,
  ]);
});

test.each<[chosen: string | undefined, accepted: string | undefined, language: string]>([
  ...[undefined, '', 'fr', 'fr, ja, en', 'ja-JP,en', 'en;q=0, fr', 'en;q=0, ja;q=0.1'].map(
    (accepted): [undefined, string | undefined, string] => [undefined, accepted, 'ja'],
  ),
  ...['en', 'EN-gb,ja', 'en-GB, ja;q=0.9', 'fr, en;q=0.1', 'ja;q=0.1, en;q=0.2', 'fr, en;q=0.8, ja;q=0.7'].map(
    (accepted): [undefined, string, string] => [undefined, accepted, 'en'],
  ),
  ['en', 'ja', 'en'],
  ['xx', 'en', 'en'],
])('chosen %s, and asked for %s, the language is %s', (chosen, accepted, language) => {
  expect(chooseLanguage(chosen, accepted, { language: 'ja' })).toBe(language);
});

test('where nobody asks for a language, it is the team’s', () => {
  expect(chooseLanguage(undefined, 'fr', { language: 'en' })).toBe('en');
  expect(chooseLanguage(undefined, 'ja', { language: 'en' })).toBe('ja');
});

test.each([
  ['https://metronome-console-x1.a.run.app/console', 'https://metronome-tickets-x1.a.run.app/tickets'],
  [
    'https://metronome-console-123456.asia-northeast1.run.app/console',
    'https://metronome-tickets-123456.asia-northeast1.run.app/tickets',
  ],
  ['https://metronome-console-x1.a.run.app.example/console', 'https://metronome-console-x1.a.run.app.example/tickets'],
  ['https://console-x1.a.run.app/console', 'https://console-x1.a.run.app/tickets'],
  ['http://127.0.0.1:8080/console', 'http://127.0.0.1:8080/tickets'],
  ['no address', undefined],
  [undefined, undefined],
])('beside the console at %s the door of tickets is at %s', (consoleUrl, expected) => {
  const tickets = doors.find(({ path }) => path === '/tickets');
  expect(tickets && doorAddress(tickets, consoleUrl)).toBe(expected);
});

test('each door on Cloud Run is at its own service, under its own path, and says which variables open it', () => {
  const consoleUrl = 'https://metronome-console-x1.a.run.app/console';
  const at = (service: string, path: string) => `https://metronome-${service}-x1.a.run.app/${path}`;
  expect(doors.map((each) => [each.tool, doorAddress(each, consoleUrl), each.variables.join()])).toEqual([
    ['generic', at('tickets', 'tickets'), 'TICKETS_TOKEN,TICKETS_SIGNING_SECRET'],
    ['zendesk', at('tickets', 'tickets/zendesk'), 'ZENDESK_SIGNING_SECRET'],
    ['intercom', at('tickets', 'tickets/intercom'), 'INTERCOM_CLIENT_SECRET'],
    ['freshdesk', at('tickets', 'tickets/freshdesk'), 'FRESHDESK_TOKEN'],
    ['jira', at('tickets', 'tickets/jira'), 'JIRA_WEBHOOK_SECRET'],
    ['monitoring', at('alerts', 'alerts'), 'ALERTS_TOKEN'],
    ['alertmanager', at('alerts', 'alerts/alertmanager'), 'ALERTS_TOKEN'],
    ['grafana', at('alerts', 'alerts/grafana'), 'ALERTS_TOKEN,GRAFANA_SIGNING_SECRET'],
    ['alert', at('alerts', 'alerts/generic'), 'ALERTS_TOKEN,ALERTS_SIGNING_SECRET'],
    ['opsgenie', at('alerts', 'opsgenie/v2/alerts'), 'OPSGENIE_API_KEY'],
    ['pagerduty', at('alerts', 'pagerduty/v2/enqueue'), 'PAGERDUTY_ROUTING_KEYS'],
  ]);
});

let [status, body] = [200, ''];
let sent: unknown;
const { url: base } = await openOtherSide(({ method, url, headers }, response) => {
  sent = [method, url, headers['content-type'], headers.authorization];
  if (url === '/login') response.writeHead(401).end('{"detail": "Who are you?"}');
  else response.writeHead(status, status === 302 ? { location: '/login' } : {}).end(body);
});

describe('a door that is asked whether it is open', () => {
  test.each<[string, number, string, string, string]>([
    ['refuses strangers', 401, '{"detail": "Who are you?"}', 'open', 'Who are you?'],
    ['says that it is closed', 401, '{"code": "door-closed", "detail": "TICKETS_TOKEN"}', 'closed', 'TICKETS_TOKEN'],
    ['says so with another status', 503, '{"code": "door-closed", "detail": "x"}', 'closed', 'x'],
    ['lets a stranger in', 200, '{}', 'unexpected', 'HTTP 200'],
    ['leads elsewhere', 302, '', 'unexpected', 'HTTP 302'],
    ['is behind another lock', 403, '<html>', 'unexpected', 'HTTP 403'],
    ['is not there', 404, '{"detail": 1}', 'unexpected', 'HTTP 404'],
    ['failed', 500, '{"detail": "it failed"}', 'unexpected', 'HTTP 500 it failed'],
  ])('that %s', async (_, answered, said, outcome, detail) => {
    [status, body] = [answered, said];
    expect(await checkDoor(`${base}/tickets`)).toEqual({ outcome, detail });
    // As a stranger would: a report without a proof, and where it leads to is not followed.
    expect(sent).toEqual(['POST', '/tickets', 'application/json', undefined]);
  });

  test.each<[string, string, string]>([
    ['more than a page has room for', JSON.stringify({ detail: 'x'.repeat(301) }), 'x'.repeat(300)],
    ['more than a problem ever has', JSON.stringify({ detail: 'x', more: 'y'.repeat(2_000) }), ''],
    ['nothing that is a problem', '[]', ''],
    ['nothing at all', 'null', ''],
  ])('and that says %s is open all the same', async (_, said, detail) => {
    [status, body] = [401, said];
    expect(await checkDoor(base)).toEqual({ outcome: 'open', detail });
  });

  test.each([
    ['nobody answers', 'http://127.0.0.1:1/', /ECONNREFUSED|bad port/],
    ['there is no such name', 'http://nowhere.invalid/', /ENOTFOUND|EAI_AGAIN/],
    ['there is no address', 'no address', /Invalid URL|Failed to parse URL/],
  ])('where %s is out of reach, and why is said', async (_, address, why) => {
    expect(await checkDoor(address)).toEqual({ outcome: 'unreachable', detail: expect.stringMatching(why) });
  });
});

describe('what is known of channels and doors', () => {
  const scenario = useScenario('2026-11-24T01:00:00Z');
  const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 20, 0, minute));

  test('of each channel the last of every kind, however they lie; a delivery that came through in the end did not fail', async () => {
    const notices = firestore().collection(collections.notices);
    const deliveries: [
      minute: number,
      channel: string,
      state: DeliveryState,
      more?: { kind: string } | undefined,
      error?: string,
    ][] = [
      [1, 'chat', 'delivered', { kind: 'connection-test' }],
      [2, 'chat', 'rejected', undefined, 'HTTP 500'],
      [3, 'chat', 'delivered'],
      [4, 'chat', 'delivered'],
      [5, 'mail', 'given-up', undefined, 'no such host'],
      [6, 'mail', 'waiting'],
    ];
    for (const [minute, channel, state, more, error = null] of deliveries)
      await notices.doc(`n${minute}`).set({
        id: `n${minute}`,
        channel,
        channelKind: `${channel}-kind`,
        kind: 'incident-filed',
        ...(more as object),
        delivery: newDelivery(at(minute), { state, lastError: error }),
      });
    const { channels } = await loadConnections([], at(0));
    const shown = channels
      .filter(({ name }) => name === 'chat' || name === 'mail')
      .map(({ name, kind, last, test: tried, delivered, failed }) => [
        name,
        kind,
        ...[last, tried, delivered, failed].map((each) => (each as { id: string } | undefined)?.id),
      ]);
    expect(shown).toEqual([
      ['chat', 'chat-kind', 'n4', 'n1', 'n4', 'n2'],
      ['mail', 'mail-kind', 'n6', undefined, undefined, 'n5'],
    ]);
  });

  test.each([
    [61, 'delivered', 'sending', true],
    [62, 'sending', 'delivered', true],
    [63, 'waiting', 'delivered', false],
    [64, 'rejected', 'delivered', false],
  ] as const)(
    'a test (%i) of two channels that is %s and %s there is waited for: %s',
    async (minute, one, other, isAwaited) => {
      const id = `ntc_test-${minute}`.padEnd(45, '-');
      const noted = firestore().collection(collections.connections).doc('channels');
      await noted.set({ channels: ['one', 'other'].map((name) => ({ name, kind: 'slack' })), unreached: [] });
      for (const [channel, state] of [
        ['one', one],
        ['other', other],
      ] as const)
        await firestore()
          .collection(collections.notices)
          .doc(`${id}_${channel}`)
          .set({
            noticeId: id,
            channel,
            channelKind: 'slack',
            kind: 'connection-test',
            delivery: newDelivery(at(minute), state === 'sending' ? { leasedUntil: at(minute + 1) } : { state }),
          });
      // Not before now, however long the tests before this one took.
      const sent = Date.parse('2026-12-24T01:00:00Z');
      const { body } = await scenario.get(`/console/connections?test=${id}&sent=${sent}`);
      expect(/<p class="recorded"[^>]*>([^<]*)/.exec(body)?.[1]).toBe(
        speak({ language: 'ja', policy }).t(isAwaited ? 'connections.testSent' : 'connections.testDone'),
      );
      expect(/<main[^>]* data-refresh/.test(body)).toBe(isAwaited);
    },
  );

  test('that there is no channel is said where it is known, not where nothing has been noted yet', async () => {
    const noted = firestore().collection(collections.connections).doc('channels');
    const before = (await noted.get()).data();
    const known = async (): Promise<boolean[]> => {
      const { hasNoChannel, reachesNobody } = await loadConnections([], at(0));
      return [hasNoChannel, reachesNobody];
    };
    await noted.delete();
    expect(await known()).toEqual([false, false]);
    for (const [channels, unreached, expected] of [
      [[], [], [true, false]],
      [[], [{ kind: 'escalation', urgency: 'low' }], [true, true]],
      [[{ name: 'chat', kind: 'slack' }], [{ kind: 'update-due' }], [false, false]],
    ] as const) {
      await noted.set({ channels, unreached });
      expect(await known()).toEqual(expected);
    }
    await (before ? noted.set(before) : noted.delete());
  });

  test('of each door when it was last heard of, and what of its own nobody understood, the newest first', async () => {
    const signals = firestore().collection(collections.signals);
    await signals.doc('s1').set({ tool: 'zendesk', receivedAt: at(1) });
    await signals.doc('s2').set({ tool: 'zendesk', receivedAt: at(2) });
    await signals.doc('s3').set({ tool: 'jira', receivedAt: at(3) });
    const unread = firestore().collection(collections.quarantine);
    for (const [id, source, state, minute] of [
      ['q1', 'zendesk', 'open', 1],
      ['q2', 'zendesk', 'open', 2],
      ['q3', 'zendesk', 'dismissed', 3],
      ['q4', 'jira', 'open', 4],
    ] as const)
      await unread.doc(id).set({ id, source, state, reason: `why ${id}`, quarantinedAt: at(minute) });
    const { doors } = await loadConnections(['zendesk', 'jira', 'intercom'], at(0));
    expect(
      doors.map(({ tool, lastSeenAt, quarantined, lastUnread }) => [tool, lastSeenAt, quarantined, lastUnread]),
    ).toEqual([
      ['zendesk', at(2), 2, { at: at(2), reason: 'why q2', id: 'q2' }],
      ['jira', at(3), 1, { at: at(4), reason: 'why q4', id: 'q4' }],
      ['intercom', undefined, 0, undefined],
    ]);
  });

  test('a board that stays open is written again every five minutes, and as soon as something is recorded', async () => {
    const stamps = () => Promise.all([0, 299_999, 300_000].map(async (ms) => (await stampBoard(new Date(ms))).stamp));
    const [first, within, after] = await stamps();
    expect(within).toBe(first);
    expect(after).not.toBe(first);
    const { incident } = (await scenario.ticket({ id: 'T-stamp', subject: 'x', ongoing: 'no' })).body;
    const [filed] = await stamps();
    expect(filed).not.toBe(first);
    await scenario.post(`/api/incidents/${incident.id}/events`, { type: 'commented', text: 'x' });
    expect((await stamps())[0]).not.toBe(filed);
  });

  test('the board shows whose they are: mine, nobody’s, or all; and in each state those of that state', async () => {
    const file = async (subject: string, of: object = {}): Promise<string> =>
      (await scenario.ticket({ id: subject, subject, ongoing: 'no', ...of })).body.incident.id;
    const event = (id: string, body: object) => scenario.post(`/api/incidents/${id}/events`, body);
    const shown = async (query: string): Promise<string[]> => {
      const { body } = await scenario.get(`/console?${query}`);
      const board: string = body.slice(body.indexOf('<ol class="board"'));
      return ['自分の件', '他人の件', '誰かの件', '終わった件'].filter((each) => board.includes(each));
    };
    const [mine, theirs] = [await file('自分の件'), await file('他人の件'), await file('誰かの件')];
    const { body: nothing } = await scenario.get('/console?who=mine');
    expect(/class="empty">([^<]+)</.exec(nothing)?.[1]).toBe('条件に合うインシデントはありません。');
    await event(mine, { type: 'assigned', assignee: 'local' });
    await event(theirs, { type: 'assigned', assignee: 'ann@a.jp' });
    const over = await file('終わった件', { customer: { id: 's-9' } });
    await event(over, { type: 'recovered' });
    // Customers who wait for a recovery message are on the board, where the incident is what is asked for.
    const all = ['自分の件', '他人の件', '誰かの件', '終わった件'];
    expect([await shown(''), await shown('source=ticket'), await shown('ongoing=no')]).toEqual([all, all, all]);
    for (const other of ['source=alert', 'ongoing=yes', 'who=mine&ongoing=unknown', 'due=overdue'])
      expect([other, await shown(other)]).toEqual([other, []]);
    expect(await shown('who=mine')).toEqual(['自分の件']);
    await event(over, { type: 'customer-updated', customers: 'all', message: '復旧', recovery: true });
    expect(await shown('who=mine')).toEqual(['自分の件']);
    expect(await shown('who=nobody')).toEqual(['誰かの件']);
    expect(await shown('who=somebody')).toEqual(['自分の件', '他人の件', '誰かの件']);
    expect(await shown('status=recovered')).toEqual(['終わった件']);
  });

  test('of what is over the board shows the newest hundred', async () => {
    const batch = firestore().batch();
    for (let index = 0; index < 101; index += 1) {
      const id = `inc_${String(index).padStart(24, '0')}`;
      batch.set(incidentRef(id), factsOf({ id, filedAt: at(index), status: 'not-occurring' }));
    }
    await batch.commit();
    const { body } = await scenario.get('/console?status=not-occurring');
    const shown = [...body.matchAll(/<li id="inc_(\d{24})"/g)].map(([, id]) => Number(id));
    expect(shown).toEqual(Array.from({ length: 100 }, (_, index) => 100 - index));
    expect(body).not.toContain('rel="next"');
  });

  test('a recovery can be recorded for those who have not recovered, told or not', async () => {
    const { incident } = (
      await scenario.ticket({
        id: 'T-whom',
        subject: '会計できない',
        customer: { id: 's-1' },
        affectedCustomers: [{ id: 's-2' }, { id: 's-3' }],
        affectedCustomerCount: 9,
      })
    ).body;
    await scenario.post(`/api/incidents/${incident.id}/events`, { type: 'recovered', customers: ['s-2'] });
    const { body } = await scenario.get(`/console/incidents/${incident.id}`);
    const form = body.split(`/console/incidents/${incident.id}/events/recovered"`).at(-1)?.split('</form>')[0] ?? '';
    const offered = [...form.matchAll(/name="customer" value="([^"]+)"/g)].map((each) => each[1]);
    expect(offered.toSorted()).toEqual(['others', 's-1', 's-3']);
  });
});

test.each([
  ['SUCCESS', 'good'],
  ['FAILURE', 'bad'],
  ['INTERNAL_ERROR', 'bad'],
  ['TIMEOUT', 'bad'],
  ['CANCELLED', 'plain'],
  ['WORKING', 'plain'],
])('a build of %s before an incident looks %s, and one that caused it says so', async (status, tone) => {
  const build = { id: 'b-1', status, startedAt: new Date('2026-11-24T00:00:00Z'), images: [], tags: [] };
  const of = async (releaseId: string): Promise<(string | undefined)[]> => {
    const loaded = { incident: { cause: { releaseId } }, releases: { releases: [build] } } as unknown as Loaded;
    const text = String(await releasesSection(view, loaded));
    return [...text.matchAll(/class="badge (\w+)"/g)].map((each) => each[1]);
  };
  expect([await of('b-2'), await of('b-1')]).toEqual([[tone], [tone, 'bad']]);
});

test.each([
  ['pass', 'good'],
  ['fail', 'bad'],
  ['not-applicable', 'plain'],
  ['no-data', 'warn'],
])('a checkpoint of %s looks %s', async (result, tone) => {
  const facts = { affectedCustomerCount: 1, scopeMethod: 'x', lacks: [] };
  const checkpoint = {
    id: 'scope-confirmed',
    heading: 'response',
    result,
    reason: 'scope-recorded',
    facts,
    evidence: [],
  };
  const text = String(await checkpointsSection(view, { checkpoints: [checkpoint] } as unknown as Loaded));
  expect([...text.matchAll(/class="badge (\w+)"/g)].map((each) => each[1])).toEqual([tone]);
});

test('the team’s name has to be set in the language that customers read, whatever language the reader has', () => {
  const sender = { ...policy.sender, language: 'ja' as const, telephone: '03-0000-0000' };
  const areas = [] as typeof policy.areas;
  const entries = (company: { ja: string; en: string }) =>
    openIn({ sender: { ...sender, company }, areas }).map(({ entry }) => entry);
  expect(entries({ ja: '', en: 'Example Inc.' })).toEqual(['sender']);
  expect(entries({ ja: '株式会社例', en: '' })).toEqual([]);
});

describe('of what is kept', () => {
  const scenario = useScenario('2026-11-24T03:00:00Z');
  const put = (collection: string, id: string, data: object) => firestore().collection(collection).doc(id).set(data);
  const read = async (path: string): Promise<string> => (await scenario.get(path)).body;

  test.each([
    ['ja', '渋谷店 ご担当者様', /要記入/],
    ['en', 'Hello Shibuya team,', /FILL IN|Asia\/Tokyo|JST[\s\S]*JST/],
  ] as const)('the settings show a message as a customer receives it, in %s', async (language, greeting, never) => {
    const page = await withPolicy(policy.sender, { language }, () => read('/console/settings'));
    const [, message = ''] = /<pre class="draft" lang="\w+">([\s\S]*?)<\/pre>/.exec(page) ?? [];
    expect(message).toMatch(new RegExp(`^${greeting}`));
    expect(message).not.toMatch(never);
  });

  test('the newest drill is first', async () => {
    const drills = ['1', '3', '2'].map((day) => ({
      id: `drl_${day.repeat(24)}`,
      startedAt: new Date(`2026-11-0${day}`),
    }));
    const more = { from: 'inc_1', speed: 1, times: 1, total: 1, next: 1, state: 'done' };
    for (const each of drills) await put(collections.drills, each.id, { ...each, ...more });
    const shown = [...(await read('/console/drills')).matchAll(/drills\/drl_(\d)/g)].map(([, day]) => day);
    expect(shown).toEqual(['3', '2', '1']);
  });

  test('a delivery that waits says when it was tried last, and when it is tried next', async () => {
    const [updatedAt, retryAt] = [new Date('2026-11-24T01:11:00Z'), new Date('2026-11-24T01:41:00Z')];
    const about = { noticeId: 'ntc_1', channel: 'night', channelKind: 'slack', kind: 'escalation', incidentId: null };
    const delivery = newDelivery(updatedAt, { state: 'waiting', attempts: 3, retryAt, lastError: 'it answered 503' });
    await put(collections.notices, 'ntc_1_night', { ...about, delivery });
    const at = (date: Date): string => `<time datetime="${date.toISOString()}"`;
    const page = await read('/console/deliveries?state=waiting');
    expect(page.indexOf(at(updatedAt))).toBeGreaterThan(0);
    expect(page.indexOf(at(retryAt))).toBeGreaterThan(page.indexOf(at(updatedAt)));
  });
});
