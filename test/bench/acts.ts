/** What an act of a person reads and writes, until all that follows from it has been done. */
import { createHmac } from 'node:crypto';
import type { Operations } from '../../infra/docs/operations.ts';
import { startHouse } from '../../infra/local/house.ts';
import { freshdeskBody } from '../fixtures/tickets.ts';
import { counterOf } from './counter.ts';
import { writeLinks } from './linked.ts';
import { measure, round } from './measure.ts';
import { type Answer, beginsAt } from './paths.ts';
import { clientOf } from './seed.ts';

/** So many are linked to one incident. */
const many = 2_000;
const slackSecret = 'the secret of the bench';
const environment = {
  FRESHDESK_TOKEN: 'freshdesk-token',
  SLACK_SIGNING_SECRET: slackSecret,
  NOTIFY_CHANNELS: JSON.stringify([{ kind: 'slack-app', channel: 'C1' }]),
};

await measure(async () => {
  const house = await startHouse({ port: 0, cloudPort: 0, environment });
  const url = `http://127.0.0.1:${house.port}`;
  const { sender, counted, count } = counterOf(house);
  await sender.post('/_local/clock', { set: beginsAt });

  let filed = 0;
  /** @returns its incident's id */
  const file = async (): Promise<string> => {
    filed += 1;
    const answer = await sender.ticket({
      id: `act-${filed}`,
      subject: '注文が通らない',
      customer: { id: `store-${filed}` },
    });
    return answer.body.incident.id;
  };
  const state = async (id: string, body: Record<string, unknown>): Promise<Answer> => {
    const answer = await sender.post(`/api/incidents/${id}/events`, body);
    if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  };

  const told = await file();
  const stated = await state(told, { type: 'mitigated', kind: 'workaround', note: '紙の伝票で受け付けている' });
  await count('retraction', () => state(told, { type: 'retracted', eventId: stated.body.id, why: '別の店' }));

  const ticket = await sender.post('/tickets/freshdesk', freshdeskBody(), {
    authorization: `Bearer ${environment.FRESHDESK_TOKEN}`,
  });
  const { id: asked } = ticket.body.incident;
  // Slack takes a message a second in a channel: a card that came too fast has come again by then.
  await sender.advance('PT2M');
  await count('updateSent', async () => {
    const answer = await sender.post(`/api/incidents/${asked}/updates`, {
      customers: 'all',
      message: '確認しています。',
    });
    if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    await sender.advance('PT1S');
  });

  await sender.advance('PT2M');
  const { messages } = (await (await fetch(`${url}/_local/tools/slack/messages`)).json()) as { messages: Card[] };
  const card = messages.findLast((each) => each.threadTs === null && buttonOf(each));
  if (!card) throw new Error('No card was posted.');
  const { now } = (await (await fetch(`${url}/_local/clock`)).json()) as { now: string };
  await count('slackPress', async () => {
    const { status } = await press(url, card, Math.floor(Date.parse(now) / 1_000));
    if (status !== 200) throw new Error(`The door answered ${status}.`);
    await sender.advance('PT1S');
  });
  const client = clientOf({ port: house.cloud.port });
  const link = (id: string, to: string): Promise<Answer> => state(id, { type: 'linked', to, basis: '同じ端末' });
  const [primary, first] = [await file(), await file()];
  await count('linkFirst', () => link(first, primary));
  await writeLinks(client, primary, first, many);
  const next = await file();
  await count(`linkAmong${many}`, () => link(next, primary));
  const pageMs = await timed(() =>
    count(`pageAmong${many}`, () => fetch(`${url}/console/incidents/${primary}`).then((page) => page.text())),
  );
  const helped = await state(primary, { type: 'mitigated', kind: 'workaround', note: '紙の伝票で受け付けている' });
  const takenBack = { type: 'retracted', eventId: helped.body.id, why: '別の店' };
  const retractionMs = await timed(() => count(`retractionAmong${many}`, () => state(primary, takenBack)));
  const figures = Object.entries(counted).map(([name, each]) => [`operations.${name}`, each]);
  const costOf = (name: string): number => {
    const { reads, writes } = counted[name] as Operations;
    return reads + writes;
  };
  const against = round(costOf(`linkAmong${many}`) / costOf('linkFirst'));
  const note = `the page of that incident took ${pageMs} ms, and the retraction there ${retractionMs}`;
  const name = `link.among${many}AgainstFirst`;
  return { figures: Object.fromEntries([...figures, [name, against]]), notes: { [name]: note } };
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return Math.round(performance.now() - startedAt);
}

interface Card {
  ts: string;
  threadTs: string | null;
  blocks: { elements?: { action_id?: string }[] }[];
}

function buttonOf({ blocks }: Card): object | undefined {
  return blocks.flatMap(({ elements = [] }) => elements).find((each) => each.action_id === 'take');
}

/** As Slack posts it. */
function press(url: string, card: Card, atSeconds: number): Promise<Response> {
  const payload = {
    type: 'block_actions',
    team: { id: 'T1', domain: 'metronome-local' },
    user: { id: 'U1', username: 'u1', name: 'u1', team_id: 'T1' },
    container: { type: 'message', message_ts: card.ts, channel_id: 'C1', is_ephemeral: false },
    channel: { id: 'C1', name: 'c1' },
    message: { type: 'message', ts: card.ts },
    response_url: `${url}/_local/tools/slack/responses/C1/U1/1`,
    trigger_id: '1.1.abc',
    actions: [{ ...buttonOf(card), action_ts: '1764000000.000001' }],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const signature = createHmac('sha256', slackSecret).update(`v0:${atSeconds}:${body}`).digest('hex');
  return fetch(`${url}/slack/interactions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(atSeconds),
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  });
}
