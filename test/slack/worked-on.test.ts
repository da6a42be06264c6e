/** What a press, a command and a form come to: what Slack is asked, what is recorded, and what is answered, word for word. */
import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { codeOf, type Incident } from '../../functions/incidents/incident.ts';
import { derivedFrom } from '../../functions/incidents/record/form.ts';
import { TemporaryFailure } from '../../functions/platform/failures.ts';
import { firestore, fromDocument } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { bundleTimerId } from '../../functions/postmortems/assemble.ts';
import { weekAfter, weekOf } from '../../functions/postmortems/week.ts';
import { slack } from '../../functions/slack/door.ts';
import { slackEvents } from '../../functions/slack/events.ts';
import { topics } from '../../functions/topology.ts';
import { namedInOrder, rowsOf } from '../in-a-line.ts';
import { contactOf, incidentAt } from '../incidents/rhythm/rhythm.ts';
import { bodyOf, openOtherSide } from '../outgoing/other-side.ts';
import { doc, openSmallCloud, readDoc } from '../outgoing/small-cloud.ts';

const [second, minute] = [1_000, 60_000];
/** After so long a profile is read again. */
const profileMs = 11 * minute;

const at = (ms?: number): Date => small.at(ms);
/** What Slack is asked beside who somebody is: its method, or where it is answered, and with what. */
let asked: { to: string; given: Record<string, unknown> }[] = [];
/** How often Slack is asked who somebody is. */
let asksWho = 0;
let users: Record<string, object> = {};
/** What is answered, in this order; then `ok`. */
let answers: { status?: number; body?: object | string }[] = [];

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
const small = await openSmallCloud('2026-11-24T01:00:00Z', [topics.outgoing, topics.slackActions]);
const slackSide = await openOtherSide(async (request, response) => {
  const text = await bodyOf(request);
  const to = (request.url ?? '').replace(/^\/api/, '').slice(1);
  const form = Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, parsed(value)]));
  const tell = (status: number, body: object | string): unknown =>
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  if (to === 'users.lookupByEmail') {
    const all: { profile?: { email?: string } }[] = Object.values(users);
    const user = all.find(({ profile }) => profile?.email === form.email);
    return tell(200, user ? { ok: true, user } : { ok: false, error: 'users_not_found' });
  }
  if (to === 'auth.test') return tell(200, { ok: true, team_id: 'T1' });
  if (to === 'users.info') {
    asksWho += 1;
    const user = users[String(form.user)] ?? { error: 'user_not_found' };
    return tell(200, 'error' in user ? { ok: false, ...user } : { ok: true, user });
  }
  asked.push({ to, given: to.startsWith('responses') ? (parsed(text) as Record<string, unknown>) : form });
  const { status = 200, body = { ok: true } } = answers.shift() ?? {};
  return tell(status, body);
});
const house = await openOtherSide((request, response) => slack(request, response));

let count = 0;
let id = '';
let incident: Incident;
const give = (more: Record<string, string | undefined> = {}) =>
  small.give({
    SLACK_BOT_TOKEN: 'xoxb',
    SLACK_SIGNING_SECRET: 'signing-secret',
    SLACK_API_URL: `${slackSide.url}/api/`,
    CONSOLE_URL: 'https://console.example',
    ...more,
  });
beforeEach(async () => {
  count += 1;
  id = `inc_${String(count).padStart(24, '0')}`;
  small.pass(60 * minute);
  asked = [];
  answers = [];
  asksWho = 0;
  users = {
    UANN: { team_id: 'T1', locale: 'en-US', profile: { email: 'ann@example.jp' } },
    UJUN: { team_id: 'T1', locale: 'ja-JP', profile: { email: 'jun@example.jp' } },
  };
  give();
  incident = {
    ...incidentAt(at(-minute), { id, title: '注文 <A>' }, { customer: { id: 'a', name: '渋谷店' } }),
    reporter: { id: 'a' },
  };
  await doc(`incidents/${id}`).set(incident);
  small.messages();
});
const keepContact = (name: string, more: object = {}) =>
  doc(`incidents/${id}/contacts/con_${name}`).set({ ...contactOf(incident, name), ...more });
const readIncident = async () => readDoc<Incident>(`incidents/${id}`);
const events = async () => {
  const { docs } = await firestore().collection(`incidents/${id}/timeline`).get();
  return docs.map((each) => fromDocument<Record<string, unknown>>(each.data()));
};

const respond = () => `${slackSide.url}/responses/${count}`;
const interaction = (payload: object): Buffer =>
  Buffer.from(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
const acting = (user = 'UANN') => ({
  team: { id: 'T1' },
  user: { id: user, team_id: 'T1' },
  trigger_id: `t-${count}`,
  channel: { id: 'C1' },
  response_url: respond(),
});
const press = (action: string, more: object = {}, user?: string): Buffer =>
  interaction({
    type: 'block_actions',
    ...acting(user),
    container: { message_ts: '1.1' },
    actions: [{ action_id: action, value: id, action_ts: `${at().getTime()}` }],
    ...more,
  });
const command = (text: string, more: Record<string, string> = {}): Buffer =>
  Buffer.from(
    new URLSearchParams({
      user_id: 'UANN',
      team_id: 'T1',
      channel_id: 'C1',
      text,
      response_url: respond(),
      trigger_id: `t-${count}-${text}`,
      ...more,
    }).toString(),
  );
const work = (bytes: Buffer, attributes: Record<string, string> = {}) =>
  slackEvents({
    id: 'e',
    data: {
      message: {
        data: bytes.toString('base64'),
        attributes: { path: 'interactions', receivedAt: at().toISOString(), ...attributes },
        publishTime: at(-5 * second).toISOString(),
      },
    },
  } as never);
const type = (text: string, more: Record<string, string> = {}) => work(command(text, more), { path: 'commands' });
const failure = async (made: Promise<unknown>): Promise<string> =>
  made.then(
    () => 'none',
    (error: Error) => error.message,
  );
const whisper = (text: string) => ({
  to: `responses/${count}`,
  given: { response_type: 'ephemeral', replace_original: false, text },
});

const buttonIn = (told: (typeof asked)[number] | undefined) => {
  const blocks = told?.given.blocks as { elements?: { action_id: string; value: string }[] }[];
  return blocks.flatMap((each) => each.elements ?? [])[0] ?? { action_id: '', value: '' };
};

const refused = (error: string) => ({ body: { ok: false, error } });

describe('a press', () => {
  test.each([
    [30 * second, false],
    [30 * second + 1, true],
  ])('that is worked on %i ms later says when it was made: %s', async (lateMs, isSaid) => {
    await work(press('take'), { receivedAt: at(-lateMs).toISOString() });
    expect(await events()).toMatchObject([
      { type: 'assigned', actor: 'ann@example.jp', occurredAt: at(isSaid ? -lateMs : 0), recordedAt: at() },
    ]);
    expect(await readIncident()).toMatchObject({ assignee: 'ann@example.jp' });
    expect(asked).toEqual([]);
  });

  test.each([[{ receivedAt: 'soon' }], [{}]])(
    'whose time of receipt is none (%j) is as old as its message',
    async (attributes) => {
      small.pass(minute);
      const late = { data: { message: { data: press('happens').toString('base64'), attributes } } };
      Object.assign(late.data.message, { publishTime: at(-40 * second).toISOString() });
      await slackEvents({ id: 'e', ...late } as never);
      expect(await events()).toMatchObject([
        { type: 'verified', occurredAt: at(-40 * second), detail: { happened: 'yes', ongoing: 'yes' } },
      ]);
    },
  );

  test.each([{ error: 'ratelimited' }, { error: 'internal_error' }])(
    'waits without an error where Slack says %j',
    async (later) => {
      small.pass(profileMs);
      users.UANN = later;
      await expect(work(press('take'))).rejects.toBeInstanceOf(TemporaryFailure);
      expect(await events()).toEqual([]);
    },
  );

  test('edits the cards and wakes the draft that shows the incident, also where it comes again', async () => {
    const ref = doc(`incidents/${id}`);
    await ref.update({ cards: [{ name: 'night', channel: 'C1', ts: '1' }], filedAt: at(-8 * 24 * 60 * minute) });
    const { id: week } = weekAfter(weekOf(at(), policy.zone), -1, policy.zone);
    const draft = doc(`timers/${bundleTimerId(week)}`);
    const pressed = press('take');
    for (let round = 0; round < 2; round += 1) {
      await draft.set({ wakeAt: at(minute) });
      await work(pressed);
      expect(small.published()).toEqual([{ cardsOf: id }]);
      expect(fromDocument<{ wakeAt: Date }>((await draft.get()).data()).wakeAt).toEqual(at());
    }
    await draft.delete();
  });

  test('of a button that asks for nothing states nothing', async () => {
    await work(press('open'));
    expect([await events(), asked]).toEqual([[], []]);
  });

  test('that changes nothing is answered to who pressed, in their language and with their times', async () => {
    await doc(`incidents/${id}`).update({ status: 'recovered', recoveredAt: at(-20 * minute) });
    const inJapan = at(-20 * minute + 9 * 60 * minute);
    const [local, code] = [inJapan.toISOString().slice(11, 16), codeOf(id)];
    await work(press('happens'));
    await work(press('happens', {}, 'UJUN'));
    expect(asked.map(({ given }) => given.text)).toEqual([
      `${code} already recovered at Tue, Nov 24, ${local} (Asia/Tokyo). If it happens again, press “Reopen: happening again” on the card.`,
      `${code} の業務回復は記録済みです(11月24日(火) ${local})。再発した場合は、カードの「再発を記録」を押してください。`,
    ]);
  });

  test('confirms again what oneself confirmed long ago, or another just now, and nothing that oneself just did', async () => {
    const happens = async (user: string, stamp: string) =>
      work(press('happens', { actions: [{ action_id: 'happens', value: id, action_ts: stamp }] }, user));
    await happens('UANN', '1');
    small.pass(10 * minute);
    await happens('UJUN', '2');
    await happens('UANN', '3');
    small.pass(2 * minute);
    await happens('UANN', '4');
    const verified = (await events()).filter((each) => each.type === 'verified');
    expect(verified.map(({ actor }) => actor)).toEqual(['ann@example.jp', 'jun@example.jp', 'ann@example.jp']);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.given.text).toMatch(/was already confirmed/);
  });

  test('that Slack sends again states nothing again, whatever was stated since', async () => {
    const pressed = press('take');
    await work(pressed);
    await work(press('take-over', {}, 'UJUN'));
    await work(pressed);
    expect(await readIncident()).toMatchObject({ assignee: 'jun@example.jp' });
    expect((await events()).map(({ actor }) => actor)).toEqual(['ann@example.jp', 'jun@example.jp']);
    expect(asked).toEqual([]);
  });

  test('of two at once is one statement, and an answer to the other', async () => {
    await Promise.all([work(press('take')), work(press('take', {}, 'UJUN'))]);
    expect((await events()).map((each) => each.type)).toEqual(['assigned']);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.given.text).toMatch(/has been taken by jun@|はすでに ann@example.jp が担当/);
  });

  test('on no incident says so', async () => {
    for (const value of ['inc_zzz', 'inc_00ff'])
      await work(press('take', { actions: [{ action_id: 'take', value, action_ts: value }] }));
    expect(asked).toEqual([whisper('Incident not found.'), whisper('Incident not found.')]);
  });

  test('that is refused says why', async () => {
    await doc(`incidents/${id}`).update({ occurredAt: at(), isOccurredAtApproximate: false });
    const early = { receivedAt: at(-10 * minute).toISOString() };
    await work(press('take'), early);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.given.text).toMatch(/^Not recorded: .+ is before the occurrence at .+\. Correct one of them\.$/);
  });
});

describe('who somebody is', () => {
  const because = (why: string) => `Slackのアカウントを確認できないため、記録していません(${why})。`;
  const guest = { team_id: 'T1', locale: 'en-GB', is_restricted: true };
  test.each<[what: string, user: object | undefined, said: string]>([
    ['unknown', undefined, because('Slackに登録がない')],
    ['hidden', { error: 'user_not_visible' }, because('Slackに登録がない')],
    ['a guest', guest, 'Not recorded: we couldn’t verify your Slack account (a guest).'],
    ['another workspace', { team_id: 'T2', locale: 'ja' }, because('別のワークスペースに所属')],
  ])('who is %s is told so, in their language', async (_, user, said) => {
    if (user) users[`UNEW${count}`] = user;
    await work(press('take', {}, `UNEW${count}`));
    expect(asked).toHaveLength(1);
    expect(asked[0]?.given.text).toContain(said);
    expect(await events()).toEqual([]);
  });

  test('who acts in another workspace is of it, whatever they say themselves', async () => {
    users.UFAR = { team_id: 'T2', locale: 'en', profile: { email: 'far@example.jp' } };
    await work(press('take', { team: { id: 'T2' }, user: { id: 'UFAR', team_id: 'T2' } }));
    expect(asked[0]?.given.text).toContain('another workspace');
    expect(await events()).toEqual([]);
  });

  test('is asked once in ten minutes', async () => {
    for (const ms of [0, 10 * minute - 1, 1]) {
      small.pass(ms);
      await work(press('open'));
    }
    expect(asksWho).toBe(2);
    // What was read later than now is of a clock that was set back.
    small.pass(-minute);
    await work(press('open'));
    small.pass(minute);
    expect(asksWho).toBe(3);
  });
});

describe('an answer', () => {
  const help =
    '`/metronome`: report an incident\n`/metronome M-7K2QXB` or words: search\n`/metronome mine`: incidents assigned to you';
  const said = { text: help, blocks: [{ type: 'section', text: { type: 'mrkdwn', text: help, verbatim: true } }] };
  const ephemeral = { to: 'chat.postEphemeral', given: { channel: 'C1', user: 'UANN', ...said } };

  test('goes where Slack says, whole', async () => {
    await type('help');
    const given = { response_type: 'ephemeral', replace_original: false, ...said };
    expect(asked).toEqual([{ to: `responses/${count}`, given }]);
  });

  test.each<[what: string, answered: (typeof answers)[number]]>([
    ['a status', { status: 404 }],
    ['a redirection', { status: 302 }],
    ['its own word', { body: { ok: false, error: 'expired_url' } }],
  ])('that is refused there (%s) comes in the channel', async (_, answered) => {
    answers = [answered];
    await type('help');
    expect(asked.slice(1)).toEqual([ephemeral]);
  });

  test.each(['ok', '', '[1]'])('that is taken there with %j is taken', async (body) => {
    answers = [{ body }];
    await type('help');
    expect(asked).toHaveLength(1);
  });

  test.each<[what: string, answered: (typeof answers)[number], said: string]>([
    ['429', { status: 429 }, 'Slack answered http-429'],
    ['500', { status: 500 }, 'Slack answered http-500'],
    ['its own word', { body: { ok: false, error: 'internal_error' } }, 'Slack answered internal_error'],
  ])('that is not taken now (%s) comes again', async (_, answered, said) => {
    answers = [answered];
    expect(await failure(type('help'))).toBe(said);
    expect(asked).toHaveLength(1);
  });

  const unfurled = { unfurl_links: false, unfurl_media: false };
  const toThemselves = { to: 'chat.postMessage', given: { channel: 'UANN', ...said, ...unfurled } };

  test('comes in the channel where there is no address, and from the app itself without a channel', async () => {
    await type('help', { response_url: '' });
    await type('help', { response_url: 'https://evil.example/hooks.slack.com' });
    expect(asked).toEqual([ephemeral, ephemeral]);
    await type('help', { response_url: '', channel_id: '' });
    expect(asked.slice(2)).toEqual([toThemselves]);
  });

  test('that the channel does not take comes from the app itself, is over, or comes again', async () => {
    answers = [{ body: { ok: false, error: 'channel_not_found' } }];
    expect(await failure(type('help', { response_url: '' }))).toBe('none');
    expect(asked).toEqual([ephemeral, toThemselves]);
    answers = [refused('channel_not_found'), refused('cannot_dm_bot')];
    expect(await failure(type('help', { response_url: '' }))).toBe('none');
    for (const before of [[], [refused('channel_not_found')]]) {
      answers = [...before, { status: 503 }];
      expect(await failure(type('help', { response_url: '' }))).toBe('Slack answered http-503');
    }
  });
});

describe('/metronome', () => {
  const list = (heading: string, ...lines: string[]) => ({
    response_type: 'ephemeral',
    replace_original: false,
    text: heading,
    blocks: [heading, ...lines].map((text) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } })),
  });
  const own = (actor: string, most: number) =>
    Promise.all(
      Array.from({ length: most }, (_, index) => {
        const other = `inc_${String(count).padStart(20, '0')}${String(index).padStart(4, '0')}`;
        return doc(`incidents/${other}`).set({ ...incident, id: other, assignee: actor });
      }),
    );

  beforeEach(() => {
    users[`U${count}`] = { team_id: 'T1', locale: 'en', profile: { email: `of-${count}@example.jp` } };
  });

  test('lists what is open and mine, with links', async () => {
    const mine = { ...incident, assignee: `of-${count}@example.jp` };
    await doc(`incidents/${id}`).set(mine);
    await doc(`incidents/${id}0`).set({ ...mine, id: `${id}0`, status: 'recovered' });
    await type('mine', { user_id: `U${count}` });
    const line = `<https://console.example/incidents/${id}|${codeOf(id)}> 注文 &lt;A&gt; (open)`;
    expect(asked.map(({ given }) => given)).toEqual([list('Open incidents assigned to you (1)', line)]);
  });

  test.each([
    [0, 'No open incidents are assigned to you.', 1],
    [10, 'Open incidents assigned to you (10)', 11],
    [11, 'Open incidents assigned to you (10)', 12],
  ])('of %i lists ten, and says whether there are more', async (most, heading, blocks) => {
    await own(`of-${count}@example.jp`, most);
    await type('mine', { user_id: `U${count}` });
    const { given } = asked[0] ?? {};
    expect(given).toMatchObject({ text: heading });
    expect(given?.blocks).toHaveLength(blocks);
    expect(JSON.stringify(given).includes('There are more')).toBe(most > 10);
  });

  const findable = (of: Incident) => doc(`incidents/${of.id}`).set({ ...of, ...derivedFrom(of, at()) });

  test('finds the one that is meant with its buttons, and several as a list', async () => {
    const title = `合流点検${count}番`;
    await findable({ ...incident, title });
    await type(title);
    await findable({ ...incident, id: `${id}1`, title });
    await type(`find ${title}`);
    const [one, list] = asked.map(({ given }) => given);
    expect(one?.text).toBe(`${title} | impact unknown · 1 customer | ${codeOf(id)}`);
    expect(JSON.stringify(one?.blocks)).toContain('"action_id":"take"');
    expect(list?.text).toBe(`2 results for “${title}”`);
    expect(list?.blocks).toHaveLength(3);
  });

  test('says what it looked for in vain, unmarked', async () => {
    await type(`無い <b> ${count}`);
    expect(asked[0]?.given.text).toBe(`No incidents match “無い &lt;b&gt; ${count}”.`);
    await type('無'.repeat(101));
    expect(asked[1]?.given.text).toBe(`No incidents match “${'無'.repeat(99)}…”.`);
  });
});

const value = (of: string, text: string) => ({ [of]: { [of]: { type: 'plain_text_input', value: text } } });
const option = (of: string, chosen: string) => ({ [of]: { [of]: { selected_option: { value: chosen } } } });
const options = (of: string, ...chosen: string[]) => ({
  [of]: { [of]: { selected_options: chosen.map((each) => ({ value: each })) } },
});
const submission = (callback: string, values: object, remembered: object = {}): Buffer =>
  interaction({
    type: 'view_submission',
    ...acting(),
    channel: undefined,
    response_url: undefined,
    view: {
      id: `V${count}`,
      callback_id: callback,
      private_metadata: JSON.stringify({ incidentId: id, channel: 'C1', responseUrl: respond(), ...remembered }),
      state: { values },
    },
  });

describe('a form', () => {
  const titled = async (title: string): Promise<Incident> => {
    const { docs } = await firestore().collection('incidents').get();
    const found = docs.filter((each) => each.get('title') === title);
    expect(found).toHaveLength(1);
    return fromDocument<Incident>(found[0]?.data());
  };

  test('of a report is filed with all that was written, as old as it was sent', async () => {
    const receivedAt = at(-90 * second);
    await work(
      submission('report', {
        ...value('subject', 'レジが止まった'),
        ...value('description', '二台とも\r\n'),
        ...value('occurred', '１０'),
        ...value('customer', 'store-77 = 品川 本店'),
        ...option('impact', 'degraded'),
        ...option('ongoing', 'no'),
        ...options('drill', 'yes'),
      }),
      { receivedAt: receivedAt.toISOString() },
    );
    const filed = await titled('レジが止まった');
    expect(filed).toMatchObject({
      kind: 'incident',
      title: 'レジが止まった',
      description: '二台とも',
      origin: { tool: 'slack', channel: 'slack' },
      ongoing: 'no',
      isDrill: true,
      receivedAt,
      occurredAt: new Date(receivedAt.getTime() - 10 * minute),
      impact: { businessImpact: 'degraded' },
      reporter: { id: 'store-77', name: '品川 本店' },
    });
    expect(asked).toEqual([whisper(`Filed ${codeOf(filed.id)}: レジが止まった`)]);
  });

  test('of a report with its subject alone claims nothing else', async () => {
    await work(submission('report', value('subject', `何か ${count}`)));
    const filed = await titled(`何か ${count}`);
    expect(filed).toMatchObject({ ongoing: 'unknown', isDrill: false });
    expect([filed.occurredAt, filed.reporter, filed.impact.businessImpact]).toEqual([undefined, undefined, undefined]);
  });

  const stored = async () => {
    const { docs } = await firestore().collection('updates').where('incidentId', '==', id).get();
    return docs.map((each) => fromDocument<Record<string, unknown>>(each.data()));
  };

  test('of an update goes to those it names, and comes back for those who have to be told by hand', async () => {
    await keepContact('a');
    await keepContact('b');
    const chosen = { ...options('whom', 'b'), ...options('recovery', 'yes') };
    await work(submission('update', { ...value('message', ' 確認中です。 '), ...chosen }));
    expect(await stored()).toMatchObject([
      { customers: ['b'], text: '確認中です。', isRecovery: true, requestedBy: 'ann@example.jp', state: 'by-hand' },
    ]);
    const text = `${codeOf(id)}: contact these directly with the text below, then press “Log as contacted”: b (No ticket to reply on.)\n確認中です。`;
    expect(asked).toMatchObject([whisper(text)]);
    expect(buttonIn(asked[0])).toMatchObject({ action_id: 'told', value: id });
  });

  test('of an update for nobody is refused, and comes back', async () => {
    await keepContact('a');
    await work(submission('update', value('message', '確認中です。')));
    expect(await stored()).toEqual([]);
    expect(asked).toEqual([whisper('Not recorded: Choose at least one customer.\nYour message:\n確認中です。')]);
  });

  test('of an update that names another customer is refused, and is sent once that is confirmed', async () => {
    await keepContact('a');
    await keepContact('b', { customers: [{ id: 'b', name: '新宿店' }] });
    const fields = { ...value('message', '新宿店の件'), ...options('whom', 'a') };
    await work(submission('update', fields));
    expect(await stored()).toEqual([]);
    expect(asked.map(({ given }) => given.text)).toEqual([expect.stringMatching(/names 新宿店[\s\S]*\n新宿店の件$/)]);
    await work(submission('update', { ...fields, ...options('names', 'yes') }));
    expect(await stored()).toMatchObject([{ customers: ['a'], text: '新宿店の件' }]);
  });

  test('of an update says what is on its way', async () => {
    give({ FRESHDESK_API_URL: 'https://acme.freshdesk.example', FRESHDESK_API_KEY: 'k' });
    await keepContact('a', { ticket: { tool: 'freshdesk', id: '7' } });
    await keepContact('c', { ticket: { tool: 'freshdesk', id: '8' } });
    const sent = submission('update', { ...value('message', '確認中です。'), ...options('whom', 'a', 'c') });
    await work(sent);
    const updates = await stored();
    expect(updates).toMatchObject(Array(2).fill({ isRecovery: false, state: 'sending' }));
    const told = whisper(`${codeOf(id)}: sending the update to a, c`);
    expect(asked).toEqual([told]);
    // Delivered once more, it may be there already.
    await doc(`updates/${updates[0]?.id}`).update({ state: 'sent' });
    await work(sent);
    expect(asked).toEqual([told, told]);
  });

  test('that is refused comes back with its words', async () => {
    await work(submission('update', { ...value('message', '大切な文面です'), ...options('whom', 'a') }));
    expect(asked).toHaveLength(1);
    expect(asked[0]?.given.text).toMatch(/^Not recorded: [^\n]+\nYour message:\n大切な文面です$/);
  });

  test('of somebody that Slack refuses to name comes back as well, in both languages', async () => {
    answers = [];
    give({ SLACK_BOT_TOKEN: '' });
    await work(submission('update', { ...value('message', '大切な文面です'), ...options('whom', 'a') }));
    expect(asked[0]?.given.text).toMatch(/^記録できませんでした.*\nNot recorded: .*\n大切な文面です$/);
  });

  test('of somebody who may record nothing comes back to them, too', async () => {
    users.UANN = { ...users.UANN, is_restricted: true };
    small.pass(profileMs);
    await work(submission('report', { ...value('subject', 'レジが止まった'), ...value('description', '二台とも') }));
    const back = /^Not recorded: .*\nYour message:\nレジが止まった\n二台とも$/;
    expect(asked).toEqual([whisper(expect.stringMatching(back) as never)]);
  });

  const lying = async () => {
    const { docs } = await firestore().collection('quarantine').where('quarantinedAt', '==', at()).get();
    return docs.map((each) => fromDocument<Record<string, unknown>>(each.data()));
  };

  test.each<[who: string, user: object | undefined, token: string | undefined]>([
    ['whom Slack refuses to name', undefined, ''],
    ['who may record nothing', { is_restricted: true }, undefined],
    ['whose update nobody waits for', {}, undefined],
  ])('of somebody %s that cannot come back is kept for a person, who can send it on', async (_, user, token) => {
    users.UANN = { ...users.UANN, ...user };
    small.pass(profileMs);
    if (token !== undefined) give({ SLACK_BOT_TOKEN: token });
    const sent = submission('update', { ...value('message', '大切な文面です'), ...options('whom', 'a') });
    answers = [{ status: 404 }, refused('not_in_channel'), refused('cannot_dm_bot')];
    await work(sent);
    expect(await lying()).toMatchObject([
      {
        source: 'slack-actions',
        state: 'open',
        reason: 'What was written in Slack was not recorded, and could not come back to who wrote it.',
        raw: sent,
        topic: topics.slackActions,
        attributes: { path: 'interactions', receivedAt: at().toISOString() },
      },
    ]);
  });

  test('that was answered, and a press that could not be, are not kept', async () => {
    await work(submission('update', { ...value('message', '大切な文面です'), ...options('whom', 'a') }));
    give({ SLACK_BOT_TOKEN: '' });
    answers = [{ status: 404 }];
    await work(press('take'));
    expect(await lying()).toEqual([]);
  });

  test.each([
    [15 * minute, true],
    [15 * minute + 1, false],
  ])('of an update that is worked on %i ms after it was confirmed is sent: %s', async (lateMs, isSent) => {
    await keepContact('a');
    const sent = submission('update', { ...value('message', '確認中です。'), ...options('whom', 'a') });
    const receivedAt = at(-lateMs).toISOString();
    await work(sent, { receivedAt });
    expect(await stored()).toHaveLength(isSent ? 1 : 0);
    const [told] = asked.map(({ given }) => String(given.text));
    expect(told).toMatch(isSent ? /確認中です。$/ : /^Not recorded: .*15 min.*\nYour message:\n確認中です。$/);
    // Delivered once more, however late that is, what was asked for in time is no other update, and not refused.
    small.pass(minute);
    await work(sent, { receivedAt });
    expect(await stored()).toHaveLength(isSent ? 1 : 0);
    expect(asked.map(({ given }) => given.text)).toEqual([told, told]);
  });
});

describe('that all have recovered', () => {
  test('is stated at once where there is one', async () => {
    await keepContact('a');
    await work(press('recover'));
    expect([asked.length, (await readIncident()).status]).toEqual([1, 'recovered']);
    expect(asked[0]?.given.text).toBe(`${codeOf(id)} recorded: Recovered`);
    expect(buttonIn(asked[0])).toMatchObject({ action_id: 'take-back', text: { text: 'Undo' } });
  });

  test('is asked once more of those that nobody has named, as many as were counted', async () => {
    await doc(`incidents/${id}`).update({ 'impact.affectedCustomerCount': 12 });
    await keepContact('a', { name: '渋谷店' });
    const counted = { id: '1', at: at(), recordedAt: at(), type: 'counted', isCounted: true };
    await keepContact('others', { isTheOthers: true, customers: [], facts: [counted] });
    small.pass(minute);
    await work(press('recover'));
    const said = `${codeOf(id)}: record recovery for all 12 customers: 渋谷店, 11 unidentified customers`;
    expect(asked.at(-1)?.given.text).toBe(said);
    await doc(`incidents/${id}/contacts/con_a`).delete();
    small.pass(minute);
    await work(press('recover'));
    expect(asked.at(-1)?.given.text).toContain('11 unidentified customers');
    expect((await readIncident()).status).toBe('open');
  });

  test('is asked once more where they are several, naming them, and again where others have become known', async () => {
    await keepContact('a', { name: '渋谷店' });
    await keepContact('b', { name: '新宿店' });
    small.pass(minute);
    await work(press('recover'));
    const first = asked.at(-1);
    expect(first?.given.text).toBe(`${codeOf(id)}: record recovery for all 2 customers: 渋谷店, 新宿店`);
    expect((await readIncident()).status).toBe('open');
    const pressed = (told: typeof first) => {
      const { action_id, value } = buttonIn(told);
      small.pass(minute);
      return work(press(action_id, { actions: [{ action_id, value, action_ts: `${at().getTime()}` }] }));
    };
    await keepContact('c', { name: '池袋店' });
    await pressed(first);
    expect((await readIncident()).status).toBe('open');
    expect(asked.at(-1)?.given.text).toContain('池袋店');
    await pressed(asked.at(-1));
    expect((await readIncident()).status).toBe('recovered');
  });
});

describe('a modal', () => {
  const views = () => asked.filter(({ to }) => to === 'views.update').map(({ given }) => given);
  type Blocks = { block_id?: string; element?: object }[];
  const blocks = () => (views()[0] as { view?: { blocks: Blocks } } | undefined)?.view?.blocks ?? [];
  const element = (id: string) => blocks().find((each) => each.block_id === id)?.element;

  test('of an update is filled with the draft, who it reaches and how, and a choice of recipients', async () => {
    give({ FRESHDESK_API_URL: 'https://acme.freshdesk.example', FRESHDESK_API_KEY: 'k' });
    await keepContact('a', { ticket: { tool: 'freshdesk', id: '7' }, name: '渋谷店' });
    await keepContact('b');
    await work(press('update'), { opened: 'yes' });
    // What is drafted for the other, who has not reported it, has a placeholder: it is not sent until that is filled in.
    const own = /inc_\d{24}|http:[\d./:]+responses\/\d+|metronome-act_\w+|(?:\d+月\d+日\(.\) )?\b\d\d:\d\d\b/g;
    await expect(namedInOrder(rowsOf({ 'the form': views() }), own)).toMatchFileSnapshot('form-whole.txt');
  });

  test('of an update names those that nobody has named as what they are', async () => {
    await keepContact('a');
    await keepContact('others', { isTheOthers: true, customers: [] });
    await work(press('update'), { opened: 'yes' });
    const told = JSON.stringify(views());
    expect(told).toContain('"block_id":"whom-2"');
    expect(told).toContain('"text":"unidentified customers"');
  });

  test('of an update has those who have heard nothing since the recovery, and what tells of it ticked', async () => {
    await doc(`incidents/${id}`).update({ status: 'recovered', recoveredAt: at(-second) });
    await keepContact('a', { recoveredAt: at(-second), nextUpdateDueAt: at(minute) });
    await work(press('update'), { opened: 'yes' });
    expect(element('recovery')).toMatchObject({ initial_options: [{ value: 'yes' }] });
    expect(blocks().map((each) => each.block_id)).toEqual([undefined, 'whom', 'message', 'recovery']);
  });

  test('of an update is drafted for who waits, and tells of the recovery where that is theirs', async () => {
    const over = { stoppedAt: at(-second), nextUpdateDueAt: null };
    await keepContact('a', { name: '渋谷店', ...over });
    await keepContact('b', { name: '新宿店', recoveredAt: at(-second), nextUpdateDueAt: at(minute) });
    await work(press('update'), { opened: 'yes' });
    expect(element('message')).toMatchObject({ initial_value: expect.stringMatching(/^新宿店 ご担当者様/) });
    expect(element('recovery')).toMatchObject({ initial_options: [{ value: 'yes' }] });
  });

  test.each<[what: string, change: object, said: string]>([
    ['nobody is affected', {}, 'No affected customers recorded yet.'],
    ['it is linked', { status: 'linked', linkedTo: 'inc_2' }, `was merged into ${codeOf('inc_2')}. Record it there.`],
    ['it is no incident', { kind: 'question' }, 'isn’t an incident.'],
  ])('says why there is no form where %s', async (_, change, said) => {
    await doc(`incidents/${id}`).update({ ...change, ongoing: 'yes' });
    await work(press('update'), { opened: 'maybe' });
    expect(JSON.stringify(views())).toContain(said);
    expect(JSON.stringify(views())).not.toContain('"submit"');
  });

  test.each([['no'], [undefined]])('that has not opened (%s) is asked for again, and not filled', async (opened) => {
    await work(press('update'), opened ? { opened } : {});
    expect(asked).toEqual([whisper('The form couldn’t be opened. Press the button again.')]);
  });

  test.each<[opened: string, answered: (typeof answers)[number], lateMs: number, said: string, isTold: boolean]>([
    ['yes', { body: { ok: false, error: 'not_found' } }, 0, 'none', false],
    ['maybe', { body: { ok: false, error: 'not_found' } }, 0, 'none', true],
    ['yes', { status: 503 }, minute - 1, 'Slack answered http-503', false],
    ['yes', { status: 503 }, minute, 'none', false],
    ['maybe', { status: 503 }, minute - 1, 'Slack answered http-503', false],
    ['maybe', { status: 503 }, minute, 'none', true],
  ])(
    'that opened (%s) and is not there to be filled (%j, %i ms later): %s, told: %s',
    async (opened, answered, lateMs, said, isTold) => {
      answers = [answered];
      const late = { path: 'commands', opened, receivedAt: at(-lateMs).toISOString() };
      expect(await failure(work(command('report'), late))).toBe(said);
      expect(asked.filter(({ to }) => to.startsWith('responses'))).toHaveLength(isTold ? 1 : 0);
    },
  );

  test.each([
    ['there, where it takes that', 1, 0],
    ['where they acted, where it does not', 2, 1],
  ])('whose form Slack refuses says so %s', async (_, refusals, whispers) => {
    answers = Array(refusals).fill({ body: { ok: false, error: 'invalid_arguments' } });
    await work(command('report'), { path: 'commands', opened: 'yes' });
    expect(asked.filter(({ to }) => to.startsWith('responses'))).toHaveLength(whispers);
    expect(JSON.stringify(asked.at(-1))).toContain('invalid_arguments');
  });
});

test('what is no act of anybody’s is kept for a person, and nobody is asked', async () => {
  await work(Buffer.from('payload={'), { x: 'y' });
  const { docs } = await firestore().collection('quarantine').where('quarantinedAt', '==', at()).get();
  expect(docs.map((each) => fromDocument<object>(each.data()))).toMatchObject([
    {
      source: 'slack-actions',
      reason: 'The message is no act in Slack.',
      contentType: 'application/x-www-form-urlencoded',
      receivedAt: at(-5 * second),
      topic: topics.slackActions,
      attributes: { path: 'interactions', x: 'y' },
    },
  ]);
  expect(asksWho).toBe(0);
});

describe('the door', () => {
  const send = async (door: string, bytes: Buffer, agoSeconds = 0) => {
    const timestamp = String(Math.floor(at().getTime() / 1_000) - agoSeconds);
    const signature = createHmac('sha256', 'signing-secret').update(`v0:${timestamp}:`).update(bytes).digest('hex');
    const response = await fetch(`${house.url}/slack/${door}`, {
      method: 'POST',
      headers: { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` },
      body: bytes,
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const handed = () => small.messages();

  const shortcut = () => interaction({ type: 'shortcut', ...acting(), callback_id: 'report' });
  test.each<[what: string, door: string, bytes: () => Buffer, callback: string | undefined]>([
    ['a press that states', 'interactions', () => press('take'), undefined],
    ['a press that asks for a form', 'interactions', () => press('update'), 'update'],
    ['a command that asks for one', 'commands', () => command('報告'), 'report'],
    ['another command', 'commands', () => command('mine'), undefined],
    ['a shortcut', 'interactions', shortcut, 'report'],
  ])('hands on %s as it came, and opens what it opens', async (_, door, bytes, callback) => {
    const sent = bytes();
    expect(await send(door, sent)).toMatchObject({ status: 200, text: '' });
    const attributes = { path: door, receivedAt: at().toISOString(), ...(callback ? { opened: 'yes' } : {}) };
    expect(handed()).toEqual([{ text: sent.toString('utf8'), attributes: expect.objectContaining(attributes) }]);
    const opens = { trigger_id: expect.stringMatching(/^t-/), view: { callback_id: callback } };
    expect(asked).toMatchObject(callback ? [{ to: 'views.open', given: opens }] : []);
  });

  test.each<[what: string, answered: (typeof answers)[number], opened: string]>([
    ['opened', {}, 'yes'],
    ['there already', { body: { ok: false, error: 'duplicate_external_id' } }, 'maybe'],
    ['asked for twice', { body: { ok: false, error: 'exchanged_trigger_id' } }, 'maybe'],
    ['of which Slack does not say', { status: 503 }, 'maybe'],
    ['too late', { body: { ok: false, error: 'expired_trigger_id' } }, 'no'],
  ])('says of a form whether it is there: %s', async (_, answered, opened) => {
    answers = [answered];
    await send('commands', command(''));
    expect(handed().map(({ attributes }) => attributes.opened)).toEqual([opened]);
  });

  test('opens nothing without Slack’s leave, and hands on no press of a link', async () => {
    await send('commands', command('', { trigger_id: '' }));
    expect(handed().map(({ attributes }) => attributes.opened)).toEqual(['no']);
    expect(await send('interactions', press('open'))).toMatchObject({ status: 200, text: '' });
    expect(handed()).toEqual([]);
    expect(asked).toEqual([]);
  });

  test('listens no longer to an address that only fails', async () => {
    const { unverifiedPerMinute } = policy.intake;
    Object.assign(policy.intake, { unverifiedPerMinute: 1 });
    try {
      expect((await send('commands', command('mine'), 301)).status).toBe(401);
      const refused = await send('commands', command('mine'));
      expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    } finally {
      Object.assign(policy.intake, { unverifiedPerMinute });
    }
    small.pass(minute);
    expect((await send('commands', command('mine'))).status).toBe(200);
  });

  test('is closed where no secret is set, and says so', async () => {
    give({ SLACK_SIGNING_SECRET: undefined });
    const refused = await send('commands', command('mine'));
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Slack']);
    expect(JSON.parse(refused.text)).toMatchObject({ detail: expect.stringContaining('This endpoint is closed') });
    expect(handed()).toEqual([]);
  });

  test.each([
    [300, 200],
    [301, 401],
  ])('takes what was signed %i s ago: %i', async (ago, status) => {
    small.pass(second - (at().getTime() % second));
    expect((await send('commands', command('mine'), ago)).status).toBe(status);
  });
});
