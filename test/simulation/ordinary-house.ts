/** The stage of an ordinary local house, in which nothing fails: as `npm start` runs it, with its clock in our hands. */
import { PubSub } from '@google-cloud/pubsub';
import { toDocument } from '../../infra/local/firestore/store.ts';
import type { Value } from '../../infra/local/firestore/values.ts';
import { localProject } from '../../infra/local/house.ts';
import { openScenario } from '../scenarios/house.ts';
import { dayMs, minuteMs, weekOf } from './calendar.ts';
import type { Act, Answer, Call, Delivered, Oracle, Stage, World } from './stage.ts';
import { secrets } from './world/secrets.ts';

export interface OrdinaryHouse {
  stage: Stage;
  /** Plays a world to its end and on until the last week's bundle is assembled. @returns what the oracle found */
  play(world: World, oracle: Oracle): Promise<string[]>;
  stop(): Promise<void>;
}

export async function openOrdinaryHouse(start: number): Promise<OrdinaryHouse> {
  Object.assign(process.env, secrets);
  const scenario = await openScenario(new Date(start).toISOString());
  const pubsub = new PubSub({ projectId: localProject });
  const { cloud } = scenario.house;
  const delivered: Delivered[] = [];
  const inbox = cloud.db.prepare('SELECT message FROM local_inbox WHERE position > ? ORDER BY position');
  let witness: Oracle | undefined;

  async function answer(call: Call): Promise<Answer> {
    if (call.kind === 'publish') {
      const { data, attributes = {} } = call;
      await pubsub.topic(call.topic).publishMessage({ data: Buffer.from(data), attributes });
      return { status: 200, headers: {}, body: undefined };
    }
    const response = await fetch(scenario.url + call.path, {
      method: call.method,
      headers: call.headers,
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    const text = await response.text();
    const headers = Object.fromEntries(response.headers);
    const isJson = /json/.test(headers['content-type'] ?? '');
    return { status: response.status, headers, body: isJson ? JSON.parse(text) : text };
  }

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
    documents() {
      const rows = cloud.db.prepare(
        'SELECT d.*, k.database, k.collection_id FROM firestore_documents d JOIN firestore_kinds k ON k.id = d.kind',
      );
      const documents = new Map<string, Record<string, unknown>>();
      for (const row of rows.all()) {
        const kind = {
          id: Number(row.kind),
          database: String(row.database),
          collectionId: String(row.collection_id),
        };
        const { name, fields } = toDocument(kind, row);
        documents.set(name.path.join('/'), plainFields(fields));
      }
      return documents;
    },
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

  return {
    stage,
    play,
    async stop() {
      await pubsub.close();
      await scenario.stop();
    },
  };
}

const plainFields = (fields: Record<string, Value>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)]));

/** Times as epoch milliseconds, bytes as they are. */
function plain(value: Value): unknown {
  switch (value.valueType) {
    case 'nullValue':
      return null;
    case 'timestampValue':
      return Number(value.timestampValue.seconds) * 1_000 + Math.floor(value.timestampValue.nanos / 1_000_000);
    case 'integerValue':
      return Number(value.integerValue);
    case 'booleanValue':
      return value.booleanValue;
    case 'doubleValue':
      return value.doubleValue;
    case 'stringValue':
      return value.stringValue;
    case 'bytesValue':
      return value.bytesValue;
    case 'referenceValue':
      return value.referenceValue;
    case 'geoPointValue':
      return value.geoPointValue;
    case 'arrayValue':
      return value.arrayValue.values.map(plain);
    case 'mapValue':
      return plainFields(value.mapValue.fields);
  }
}
