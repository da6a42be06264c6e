/** The stage of an ordinary local house, in which nothing fails: as `npm start` runs it, with its clock in our hands. */
import { pubsub } from '../../functions/platform/publish.ts';
import { stubHeader } from '../../infra/stubs/webhooks.ts';
import { openScenario } from '../scenarios/house.ts';
import { dayMs, minuteMs, weekOf } from './calendar.ts';
import { historian } from './history.ts';
import { importTable } from './import-table.ts';
import { lastGauges, Records } from './records.ts';
import { type RemoteName, remoteServices } from './remote/services.ts';
import { openShop } from './shop.ts';
import type { Act, Answer, Call, Delivered, Oracle, RemoteViews, Stage, World } from './stage.ts';
import { secrets } from './world/secrets.ts';

export interface OrdinaryHouse {
  stage: Stage;
  /** Plays a world to its end and on until the last week's bundle is assembled. @returns what the oracle found */
  play(world: World, oracle: Oracle): Promise<string[]>;
  stop(): Promise<void>;
}

/** @param remote the services outside that the functions are connected to */
export async function openOrdinaryHouse(
  start: number,
  remote: readonly RemoteName[] = ['tickets'],
): Promise<OrdinaryHouse> {
  const channels = remote.flatMap((each): readonly object[] => remoteServices[each].channels ?? []);
  const environment = {
    ...process.env,
    ...secrets,
    ...(channels.length > 0 ? { NOTIFY_CHANNELS: JSON.stringify(channels) } : {}),
  };
  const scenario = await openScenario(new Date(start).toISOString(), {
    environment,
    fetch: async (input, init = {}) => {
      const at = stage.now();
      const response = await fetch(input, init);
      const headers = init.headers as Record<string, string> | undefined;
      // A ticket tool's webhooks report what we have written on its tickets, as those of other authors.
      if (headers?.[stubHeader]) {
        const path = new URL(input as string).pathname;
        const call: Call = { kind: 'http', method: 'POST', path, headers, body: init.body as string };
        witness?.observe(call, await answerOf(response.clone()), at);
      }
      return response;
    },
  });
  const { cloud } = scenario.house;
  openShop(cloud.iam);
  const services = remote.map((each) => remoteServices[each]);
  const views: RemoteViews = Object.assign(
    {},
    ...services.map((each) => each.view?.({ db: cloud.db, clock: cloud.clock, site: scenario.url, seed: '' })),
  );
  const delivered: Delivered[] = [];
  const inbox = cloud.db.prepare('SELECT message FROM local_inbox WHERE position > ? ORDER BY position');
  const records = new Records(cloud.db, () => cloud.firestore.operations.version);
  let witness: Oracle | undefined;

  async function answer(call: Call): Promise<Answer> {
    if (call.kind === 'publish') {
      const { data, attributes = {} } = call;
      await (await pubsub()).topic(call.topic).publishMessage({ data: Buffer.from(data), attributes });
      return { status: 200, headers: {}, body: undefined };
    }
    if (call.path === '/_import') {
      const imported = await importTable(JSON.parse(call.body ?? '[]'), new Date(cloud.clock.now()));
      return { status: 200, headers: {}, body: imported };
    }
    const response = await fetch(scenario.url + call.path, {
      method: call.method,
      headers: call.headers,
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    return answerOf(response);
  }

  const withHistory = historian();
  const stage: Stage = {
    now: () => cloud.clock.now(),
    async send(call) {
      const at = stage.now();
      const answered = await answer(call);
      witness?.observe(call, answered, at);
      return answered;
    },
    delivered() {
      for (const { message } of inbox.all(delivered.length)) delivered.push(JSON.parse(String(message)));
      return delivered;
    },
    outages: () => [],
    gauges: () => lastGauges(cloud.monitoring.series()),
    remote: () => views,
    documents: () => withHistory(records.all()),
  };

  async function play(world: World, oracle: Oracle): Promise<string[]> {
    witness = oracle;
    const found: string[] = [];
    let waiting = [...world.acts];
    while (waiting.length > 0) {
      const at = Math.min(...waiting.map((each) => each.at));
      const now = waiting.filter((each) => each.at === at);
      waiting = waiting.filter((each) => each.at !== at);
      await cloud.clock.jump((current) => Math.max(current, at));
      const next = await Promise.all(now.map((act) => act.run(stage)));
      waiting.push(...next.flat().filter((each: Act) => each.at < world.end));
      found.push(...oracle.check(stage));
    }
    await cloud.clock.jump(weekOf(world.end - dayMs / 2).end + 30 * minuteMs);
    return [...found, ...(await oracle.finish(stage))];
  }

  return { stage, play, stop: () => scenario.stop() };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const headers = Object.fromEntries(response.headers);
  const isJson = /json/.test(headers['content-type'] ?? '');
  return { status: response.status, headers, body: isJson ? JSON.parse(text) : text };
}
