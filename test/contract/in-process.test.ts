/** A call ends the same, whether it comes over a connection or from a client in this very process. */
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalCloud, startCloud } from '../../infra/local/cloud.ts';
import type { Fault } from '../../infra/local/faults.ts';

const getTopic = '/google.pubsub.v1.Publisher/GetTopic';
const runQuery = '/google.firestore.v1.Firestore/RunQuery';
/** The first message of a query at a parent that is none: field 1, `x`. */
const wrongParent = Buffer.from([0x0a, 0x01, 0x78]);

interface Row {
  ends: string;
  path: string;
  message?: Buffer;
  fault?: Fault;
  account?: string;
  leftMs?: number;
  code: status;
}

const rows: Row[] = [
  { ends: 'with what the method throws', path: getTopic, code: status.NOT_FOUND },
  { ends: 'as no method of that name', path: '/google.pubsub.v1.Publisher/Unknown', code: status.UNIMPLEMENTED },
  { ends: 'as a method that is not there', path: '/google.pubsub.v1.Subscriber/Seek', code: status.UNIMPLEMENTED },
  {
    ends: 'with the fault that was asked for',
    path: getTopic,
    fault: { target: 'pubsub.GetTopic', effect: 'fail', code: 'ABORTED' },
    code: status.ABORTED,
  },
  {
    ends: 'at its deadline, where nobody answers',
    path: getTopic,
    fault: { target: 'pubsub.GetTopic', effect: 'hang' },
    leftMs: 50,
    code: status.DEADLINE_EXCEEDED,
  },
  {
    ends: 'refused, where the account may not',
    path: getTopic,
    account: 'nobody@metronome-local.iam.gserviceaccount.com',
    code: status.PERMISSION_DENIED,
  },
  { ends: 'with what a query throws', path: runQuery, message: wrongParent, code: status.INVALID_ARGUMENT },
];

let cloud: LocalCloud;
let isStopped: boolean;

beforeEach(async () => {
  cloud = await startCloud({ port: 0 });
  isStopped = false;
});
afterEach(async () => {
  if (!isStopped) await cloud.stop();
});

const carriers = {
  'over a connection': (address: string) => new Client(address, credentials.createInsecure()),
  'in this process': (address: string) =>
    new Client(address, credentials.createInsecure(), { channelOverride: cloud.inProcess.channel(address) }),
};

describe.each(Object.keys(carriers) as (keyof typeof carriers)[])('%s a call', (carrier) => {
  let client: Client;
  beforeEach(() => {
    client = carriers[carrier](`127.0.0.1:${cloud.port}`);
  });
  afterEach(() => client.close());

  test.each(rows)('ends $ends', async (row) => {
    if (row.fault) cloud.faults.add(row.fault);
    expect(await codeOf(client, row)).toBe(row.code);
  });

  test('that waits while the cloud stops, ends as one that cannot be reached', async () => {
    cloud.faults.add({ target: 'pubsub.GetTopic', effect: 'hang' });
    const waiting = codeOf(client, { path: getTopic });
    while (cloud.faults.list().length > 0) await new Promise(setImmediate);
    isStopped = true;
    await cloud.stop();
    expect([status.UNAVAILABLE, status.CANCELLED]).toContain(await waiting);
    expect(await codeOf(client, { path: getTopic })).toBe(status.UNAVAILABLE);
  });
});

function codeOf(client: Client, { path, message, account, leftMs }: Partial<Row>): Promise<status> {
  const metadata = new Metadata();
  if (account) metadata.set('authorization', `Bearer ${account}`);
  const options = { deadline: Date.now() + (leftMs ?? 60_000) };
  const asBytes = (bytes: Buffer): Buffer => bytes;
  const request = message ?? Buffer.alloc(0);
  if (path === runQuery) {
    return new Promise((resolve) => {
      const stream = client.makeServerStreamRequest(path, asBytes, asBytes, request, metadata, options);
      stream.on('data', () => undefined);
      stream.on('error', (error: ServiceError) => resolve(error.code));
      stream.on('end', () => resolve(status.OK));
    });
  }
  return new Promise((resolve) => {
    client.makeUnaryRequest(path ?? '', asBytes, asBytes, request, metadata, options, (error) =>
      resolve(error ? error.code : status.OK),
    );
  });
}
