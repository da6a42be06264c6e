/** The API's description: it lints, has every route, and a client that is generated from it works against each operation. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { AxiosResponse } from 'axios';
import { type OpenAPIClient, OpenAPIClientAxios } from 'openapi-client-axios';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildApi } from '../../functions/api/api.ts';
import { saidOnce } from '../said-once.ts';
import { useScenario } from '../scenarios/house.ts';
import { shapeOf, writeContract } from './contract.ts';

interface Operation {
  operationId: string;
  requestBody?: object;
  responses: Record<string, { $ref?: string; content?: Record<string, object> }>;
}

const scenario = useScenario('2026-11-24T01:00:00Z', { environment: { CUSTOMER_PAGES: 'on' } });
// biome-ignore lint/suspicious/noExplicitAny: read as a client reads it
let description: any;
let client: OpenAPIClient;
let operations: (Operation & { path: string; method: string })[];
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);

beforeAll(async () => {
  ({ body: description } = await scenario.get('/api/openapi.json'));
  ajv.addSchema(description, 'api');
  operations = Object.entries<Record<string, Operation>>(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method })),
  );
  const axiosConfigDefaults = { validateStatus: () => true };
  const generated = new OpenAPIClientAxios({ definition: description, axiosConfigDefaults });
  client = await generated.initSync();
  client.defaults.baseURL = scenario.url;
});

test('Redocly’s linter has nothing to say', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'metronome-openapi-'));
  const file = join(directory, 'openapi.json');
  writeFileSync(file, JSON.stringify(description));
  const cli = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'));
  const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  try {
    const found = await new Promise<string>((resolve, reject) => {
      execFile(
        process.execPath,
        [cli, 'lint', file, '--format=json'],
        { cwd: directory, env: { ...process.env, ...quiet } },
        // It ends with 1 where it has found something, which is told below.
        (error, stdout) => (error && stdout === '' ? reject(error) : resolve(stdout)),
      );
    });
    const problems: { ruleId: string; message: string; location: { pointer: string }[] }[] = JSON.parse(found).problems;
    expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual(
      [],
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('what is described stays what callers were generated from', async () => {
  await expect(saidOnce(writeContract(description))).toMatchFileSnapshot('../fixtures/api/contract.txt');
});

test('every route is described, and everything that is described has a route', () => {
  const routes = buildApi()
    .routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  const doors = ['POST /tickets', 'POST /tickets/{tool}', 'POST /alerts'];
  expect([...new Set(routes), ...doors].sort()).toEqual(described.sort());
});

test('every group of operations says what it is about', () => {
  for (const { name, description: said } of description.tags)
    expect([name, said]).toEqual([name, expect.stringMatching(/\.$/)]);
});

test('every status of every operation says what is answered', () => {
  for (const { operationId, responses } of operations) {
    for (const [status, response] of Object.entries(responses)) {
      // Cloud IAM's, which come before the API and are no JSON.
      if ((status === '401' || status === '403') && !response.content) continue;
      expect([operationId, status, response.$ref ?? response.content]).not.toContain(undefined);
    }
  }
});

/** What the answer has that its description does not allow; undefined where it is as described. */
function complaintOf(operationId: string, { status, data, headers }: AxiosResponse): string | undefined {
  const operation = operations.find((each) => each.operationId === operationId);
  if (!operation) return `${operationId} is not described`;
  const { responses, path, method } = operation;
  if (!responses[status]) return `${operationId} answers ${status}, which is not described: ${JSON.stringify(data)}`;
  const [type = ''] = String(headers['content-type'] ?? '').split(';');
  const { $ref } = responses[status];
  const steps = $ref ? $ref.slice(2).split('/') : ['paths', path, method, 'responses', String(status)];
  const errors = errorsAt([...steps, 'content', type, 'schema'], data);
  return errors && `${operationId} ${status}: ${errors}`;
}

/** What a body that was taken has that the description does not allow. */
function complaintOfBody(operationId: string, body: unknown): string | undefined {
  const operation = operations.find((each) => each.operationId === operationId);
  if (!operation?.requestBody) return undefined;
  const { path, method } = operation;
  const errors = errorsAt(['paths', path, method, 'requestBody', 'content', 'application/json', 'schema'], body);
  return errors && `${operationId} took ${JSON.stringify(body)}: ${errors}`;
}

function errorsAt(steps: string[], value: unknown): string | undefined {
  const pointer = steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')));
  const validate = ajv.compile({ $ref: `api#/${pointer.join('/')}` });
  return validate(value) ? undefined : ajv.errorsText(validate.errors);
}

const auth = { headers: { authorization: 'Bearer local' } };
const week = '2026-W48';

describe('a generated client', () => {
  /** Ids that calls lead to, as they come by. */
  const ids: Record<string, string> = {};
  /** What was answered, by operation and status. */
  const answered = new Map<string, unknown[]>();
  const call = async (operationId: string, ...args: unknown[]): Promise<AxiosResponse> => {
    const operation = client[operationId] as ((...of: unknown[]) => Promise<AxiosResponse>) | undefined;
    if (!operation) throw new Error(`The client has no ${operationId}.`);
    const answer = await operation(...args);
    expect(complaintOf(operationId, answer)).toBeUndefined();
    const way = `${operationId} ${answer.status}`;
    answered.set(way, [...(answered.get(way) ?? []), answer.data]);
    if (answer.status < 300) expect(complaintOfBody(operationId, args[1])).toBeUndefined();
    return answer;
  };
  const ticket = (id: string, more: object = {}) =>
    call('fileTicket', undefined, { id, subject: '注文が通らない', customer: { id: `s-${id}` }, ...more }, auth);
  const asks = { subject: '使い方を知りたい', category: 'question', differsFromExpected: 'no' };
  const incident = () => ({ id: ids.incident });

  /** How each operation is called so that it does what it is for, in an order in which that is possible. */
  type Run = (it: (...args: unknown[]) => Promise<AxiosResponse>) => Promise<AxiosResponse>;
  const calls: [operationId: string, status: number, run: Run][] = [
    ['describe', 200, (it) => it()],
    ['fileTicket', 201, () => ticket('T-1')],
    ['fileTicket', 200, () => ticket('T-0')],
    ['fileTicket', 422, (it) => it(undefined, { id: 'B-3' }, auth)],
    [
      'fileAlert',
      201,
      async () => {
        const answer = await call('fileAlert', { auth_token: 'local' }, alert, { params: { auth_token: 'local' } });
        ids.alerted = answer.data.incident.id;
        return answer;
      },
    ],
    ['fileToolTicket', 401, (it) => it({ tool: 'zendesk' }, {})],
    ['getIncidents', 200, (it) => it({ status: 'open', limit: 2 })],
    ['getIncident', 200, (it) => it(incident())],
    ['getIncidentTimeline', 200, (it) => it(incident())],
    ['getIncidentDrafts', 200, (it) => it({ ...incident(), language: 'en' })],
    ['getIncidentContacts', 200, (it) => it(incident())],
    ['getIncidentSignals', 200, (it) => it(incident())],
    ['getIncidentReleases', 200, (it) => it(incident())],
    ['getIncidentSeries', 200, (it) => it(incident())],
    ['getIncidentCandidates', 200, (it) => it(incident())],
    ['getIncidentHelped', 200, (it) => it(incident())],
    ['getIncidentSituation', 200, (it) => it(incident())],
    ['getIncidentSituation', 200, (it) => it({ id: ids.alerted })],
    ['getIncidentSituationMd', 200, (it) => it({ ...incident(), lang: 'ja' })],
    ['getFind', 200, (it) => it({ q: 'T-1' })],
    ['getSignal', 200, (it) => it({ id: ids.signal })],
    ['postIncidentEvents', 201, (it) => it(incident(), { type: 'assigned', assignee: 'a@b.jp' })],
    ...['https://example.com/log', 'HTTP://example.com'].map((evidenceUrl): (typeof calls)[number] => [
      'postIncidentEvents',
      201,
      (it) => it(incident(), { type: 'responded', evidenceUrl }),
    ]),
    ['postIncidentEvents', 412, (it) => it({ ...incident(), 'if-match': '"0"' }, { type: 'responded' })],
    ['postIncidentMerge', 200, (it) => it(incident(), { incidents: ['M-000000'] })],
    ['deleteIncidentMerge', 404, (it) => it({ ...incident(), mergeId: `mrg_${'0'.repeat(24)}` })],
    ['postIncidentUpdates', 202, (it) => it(incident(), { customers: 'all', message: '確認中です' })],
    ['getIncidentUpdates', 200, (it) => it(incident())],
    ['getQuestions', 200, (it) => it({ status: 'open' })],
    ['postQuestionAnswer', 201, (it) => it({ id: ids.question }, { kind: 'explained' })],
    ['postQuestionReclassify', 201, (it) => it({ id: ids.trouble }, { why: '止まっていた' })],
    ['getQuarantine', 200, (it) => it({ state: 'open' })],
    ['getQuarantineEntry', 200, (it) => it({ id: ids.entry })],
    ['postQuarantineEntryReplay', 422, (it) => it({ id: ids.broken })],
    ['postQuarantineEntryMend', 201, (it) => it({ id: ids.broken }, { body: '{"id": "B-1", "subject": "止まった"}' })],
    ['postQuarantineEntryDismiss', 201, (it) => it({ id: ids.entry }, { reason: 'a test' })],
    [
      'postPostmortemAssemble',
      201,
      async () => {
        // What is open has then lasted longer than anything took, on a busy machine as well: medians say the same each time.
        await scenario.advance('PT2M');
        return call('postPostmortemAssemble', { week });
      },
    ],
    ['getPostmortems', 200, (it) => it()],
    ['getPostmortem', 200, (it) => it({ week })],
    ['getPostmortem', 200, (it) => it({ week: `${week}.md` })],
    ['postIncidentReview', 201, (it) => it(incident(), { businessImpact: 'stopped' })],
    ['postPostmortemAnswers', 201, (it) => it({ week }, { item: 'falling-counts', text: '休業' })],
    ['postPostmortemAttendance', 201, (it) => it({ week }, { present: ['a@b.jp'], chair: 'a@b.jp' })],
    ['getDeliveries', 200, (it) => it({ state: 'delivered' })],
    ['getChannels', 200, (it) => it()],
    ['postChannelsRing', 202, (it) => it()],
    ['postChannelRetry', 202, (it) => it({ name: 'inbox' })],
    ['postChannelRetry', 404, (it) => it({ name: 'pigeon' })],
    ['getCustomers', 200, (it) => it({ q: 's-2' })],
    ['getTrends', 200, (it) => it({ by: 'year' })],
    ['getTrendsCsv', 200, (it) => it({ by: 'week' })],
    ['postTrendsCheck', 200, (it) => it(null, { weeks: [{ week, incidents: 1 }] })],
    ['postActions', 201, (it) => it(null, { description: 'Watch it', kind: 'detect' })],
    ['getActions', 200, (it) => it({ status: 'open' })],
    ['getAction', 200, (it) => it({ id: ids.action })],
    ['postActionTicket', 202, (it) => it({ id: ids.action })],
    ['patchAction', 200, (it) => it({ id: ids.action }, { owner: 'a@b.jp' })],
    [
      'postDrills',
      201,
      async () => {
        const answer = await call('postDrills', null, { from: ids.incident, speed: 10 });
        ids.drill = answer.data.id;
        return answer;
      },
    ],
    ['getDrills', 200, (it) => it()],
    ['postCustomerPage', 201, (it) => it({ id: 's-T-0' }, {})],
    ['getCustomerPage', 200, (it) => it({ id: 's-T-0' })],
    ['deleteCustomerPage', 200, (it) => it({ id: 's-T-0' })],
    ['getDrill', 200, (it) => it({ id: ids.drill })],
    ['postPostmortemHold', 409, (it) => it({ week })],
    ['postPostmortemAssemble', 201, (it) => it({ week: '2026-W47' })],
    ['postPostmortemHold', 201, (it) => it({ week: '2026-W47' })],
  ];
  const alert = { version: '1.2', incident: { incident_id: '0.a1', state: 'open', started_at: 1_795_482_000 } };

  beforeAll(async () => {
    ids.incident = (await ticket('T-0')).data.incident.id;
    ids.question = (await ticket('Q-1', asks)).data.question.id;
    ids.trouble = (await ticket('Q-2', { ...asks, customer: { id: 's-2' } })).data.question.id;
    for (const id of ['B-1', 'B-2']) await call('fileTicket', undefined, { id }, auth);
    ids.signal = (await call('getIncidentSignals', incident())).data.signals[0].id;
    [ids.entry, ids.broken] = (await call('getQuarantine')).data.quarantine.map((each: { id: string }) => each.id);
    ids.action = (await call('postActions', null, { description: 'Test it', kind: 'prevent' })).data.id;
  });

  test.each(calls)('calls %s and is answered %i as described', async (operationId, status, run) => {
    const answer = await run((...args) => call(operationId, ...args));
    expect([answer.status, answer.data]).toEqual([status, expect.anything()]);
  });

  test('is told each field that it was told, and nothing that is kept for the store alone', async ({ skip }) => {
    const ways = calls.map(([operationId, status]) => `${operationId} ${status}`);
    skip(!ways.every((each) => answered.has(each)), 'only some were called');
    const own = [...new Set(ways)].filter((each) => each !== 'describe 200').sort();
    const shapes = own.map((each) => `${each}${shapeOf(answered.get(each) ?? [])}`);
    await expect(`${shapes.join('\n')}\n`).toMatchFileSnapshot('../fixtures/api/answers.txt');
  });

  test('would notice an answer that is not as described', () => {
    const headers = { 'content-type': 'application/json' };
    const answer = { status: 200, data: { id: 'inc_1' }, headers } as unknown as AxiosResponse;
    expect(complaintOf('getIncident', answer)).toContain("must have required property 'code'");
    expect(complaintOf('getIncident', { ...answer, status: 418 })).toContain('not described');
  });

  test('calls every operation', () => {
    const called = new Set(calls.map(([operationId]) => operationId));
    expect(operations.map(({ operationId }) => operationId).filter((each) => !called.has(each))).toEqual([]);
  });

  test('is refused as described what does not exist, and what is no JSON', async () => {
    for (const { operationId, path, method, requestBody } of operations) {
      if (path.includes('{id}')) {
        // A body that is right is not asked for first: of what is not there nothing is read.
        const answer = await call(operationId, { id: 'inc_ffffffffffffffffffffffff' }, {});
        expect([operationId, answer.status]).toEqual([operationId, expect.toSatisfy((of) => of === 404 || of === 422)]);
      }
      if (!requestBody || !path.startsWith('/api/')) continue;
      const address = path.replace('{id}', String(ids.incident)).replace('{week}', week);
      const headers = { 'content-type': 'application/json' };
      const broken = await client.request({ method, url: address, data: '{', headers, transformRequest: [] });
      expect([operationId, broken.status, complaintOf(operationId, broken)]).toEqual([operationId, 400, undefined]);
    }
  });
});
