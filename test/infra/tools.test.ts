/** How gcloud and firebase-tools are called, and what is made of their answers; with others in their place. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { clientEndpoint, endpointOf } from '../../infra/provision/endpoints.ts';
import {
  CommandFailed,
  CommandMissing,
  type Gcloud,
  gcloudOf,
  runTool,
  typed,
  withFile,
} from '../../infra/provision/gcloud.ts';
import { preflight } from '../../infra/provision/preflight.ts';
import { rulesPart } from '../../infra/provision/rules.ts';
import { applySteps, type Step } from '../../infra/provision/step.ts';
import { contentOf, isByItsRules } from '../../infra/provision/whose.ts';
import { inOwnProcess } from './command.ts';
import { putOnThePath, type ToolsOnThePath } from './tools-on-the-path.ts';

/** An API on this machine, for as long as its test runs. */
async function startApi(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let tools: ToolsOnThePath | undefined;
const use = (scripts: Record<string, string>, isAlone?: boolean): ToolsOnThePath => {
  tools = putOnThePath(scripts, isAlone);
  return tools;
};
const changed = new Map<string, string | undefined>();
function setVariables(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!changed.has(name)) changed.set(name, process.env[name]);
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
afterEach(() => {
  tools?.takeOff();
  tools = undefined;
  setVariables(Object.fromEntries(changed));
  changed.clear();
});

describe('a tool', () => {
  test('is given its words as they are, its input, and variables beside those of this process', async () => {
    const { told } = use({ gcloud: 'cat; echo "$MINE"' });
    // The intended value overrides what others have set.
    setVariables({ MINE: 'no' });
    const answer = await runTool('gcloud', ['a b', "it's"], 'the input', { MINE: 'yes' });
    setVariables({ MINE: undefined });
    expect([answer, told()]).toEqual(['the inputyes\n', ["gcloud a b it's"]]);
    expect(await runTool('gcloud', [])).toBe('\n');
  });

  test('that fails says what it was asked, and the end of what it wrote on standard error', async () => {
    use({ gcloud: 'echo a secret; echo "$TEXT" >&2; exit 3', firebase: 'echo the reason; exit 1' });
    const failed = runTool('gcloud', ['a', 'b', 'c', 'd', 'secret'], undefined, { TEXT: `x${'y'.repeat(1_999)}z` });
    await expect(failed).rejects.toThrow(new CommandFailed(`gcloud a b c d: ${'y'.repeat(1_999)}z`));
    // Its standard output may hold a secret: only firebase-tools tells there what went wrong.
    await expect(runTool('gcloud', ['a'], undefined, { TEXT: '' })).rejects.not.toThrow('a secret');
    await expect(runTool('firebase', ['deploy'])).rejects.toThrow(new CommandFailed('firebase deploy: the reason'));
  });

  test('that is not there is told apart from one that fails', async () => {
    use({}, true);
    await expect(runTool('gcloud', ['a'])).rejects.toThrow(new CommandMissing('gcloud is not installed.'));
  });

  test('runs six times at once, and a later one waits for its turn; once all have ended, again', async () => {
    const { directory, told } = use({ gcloud: 'while [ ! -e "${0%/*}/go" ]; do sleep 0.01; done; echo "$1"' });
    for (const round of ['first', 'second']) {
      const names = Array.from({ length: 9 }, (_, index) => `${round}-${index}`);
      const begun = () => told().filter((each) => each.includes(round));
      const all = names.map((each) => runTool('gcloud', [each]));
      await expect.poll(begun).toHaveLength(6);
      // One that does not wait, begun after all of them, has begun: so would they have.
      const other = promisify(execFile)(join(directory, 'gcloud'), [`${round}-other`]);
      await expect.poll(begun).toContain(`gcloud ${round}-other`);
      expect(begun()).toHaveLength(7);
      writeFileSync(join(directory, 'go'), '');
      expect((await Promise.all(all)).map((each) => each.trim())).toEqual(names);
      await other;
      rmSync(join(directory, 'go'));
    }
  });
});

describe('gcloud', () => {
  test('is asked of the project, without questions, and answers JSON or nothing', async () => {
    const { told } = use({
      gcloud: `case "$*" in *"--format=json"*) [ "$1" = full ] && echo '{"a": 1}' ;; esac; exit 0`,
    });
    const gcloud = gcloudOf('shop');
    expect([await gcloud.json(['full', 'list']), await gcloud.json(['empty'])]).toEqual([{ a: 1 }, []]);
    await gcloud.run(['do', 'it']);
    expect(told()).toEqual([
      'gcloud full list --format=json --project=shop --quiet',
      'gcloud empty --format=json --project=shop --quiet',
      'gcloud do it --project=shop --quiet',
    ]);
  });

  test.each([
    [['a-b', '--x=1,2', 'a@b.c:d/e%f+g'], 'gcloud a-b --x=1,2 a@b.c:d/e%f+g'],
    [['a b', '', '$x', 'a;b', 'a&b'], "gcloud 'a b' '' '$x' 'a;b' 'a&b'"],
    [["it's"], "gcloud 'it'\\''s'"],
  ])('%j can be typed as %s', (args, text) => {
    expect(typed('gcloud', args)).toBe(text);
  });

  test('is handed a file for as long as it reads it', async () => {
    let path = '';
    const read = await withFile({ a: ['b'] }, async (of) => {
      path = of;
      return JSON.parse(readFileSync(of, 'utf8'));
    });
    expect([read, existsSync(path)]).toEqual([{ a: ['b'] }, false]);
    const failing = withFile({}, async (of) => {
      path = of;
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect(existsSync(path)).toBe(false);
  });
});

describe('Google’s addresses', () => {
  const variable = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE';
  const by = (protocol: string, host: string, port: number) => {
    return { fallback: true, protocol, apiEndpoint: `${host}:${port}`, servicePath: host, port };
  };
  test.each<[string | undefined, string, object]>([
    [undefined, 'https://storage.googleapis.com/storage/v1', {}],
    ['https://a.example/b//', 'https://a.example/b', by('https', 'a.example', 443)],
    ['http://a.example', 'http://a.example', by('http', 'a.example', 80)],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080', by('http', '127.0.0.1', 8_080)],
  ])('where gcloud is sent to %s', (override, address, options) => {
    setVariables({ [variable]: override });
    expect([endpointOf('STORAGE', '/storage/v1'), clientEndpoint('STORAGE')]).toEqual([address, options]);
  });
});

describe('firebase-tools', () => {
  const gcloud: Gcloud = {
    project: 'shop',
    run: async () => 'token',
    json: async <T>(args: readonly string[]) => (args[0] === 'projects' ? { projectNumber: '1' } : {}) as T,
  };
  const reasons = async (): Promise<string[]> => {
    const ask = async () => new Response('{}', { status: 403 });
    return (await preflight(gcloud, 'a@b.example', ask)).reasons.slice(1);
  };
  const users = (list: string) => ({
    firebase: `case "$1" in --version) echo 15 ;; login:list) echo '${list}' ;; esac`,
  });
  const home = mkdtempSync(join(tmpdir(), 'metronome-home-'));
  beforeEach(() => setVariables({ HOME: home, GOOGLE_APPLICATION_CREDENTIALS: undefined, FIREBASE_TOKEN: undefined }));
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  test('has to be there, and to have credentials of some kind', async () => {
    use({}, true);
    expect(await reasons()).toEqual(['firebase-tools is not installed: run npm ci.']);
    tools?.takeOff();
    use(users('{"result": []}'));
    expect(await reasons()).toEqual([
      'firebase-tools has no credentials for rules and indexes: run gcloud auth application-default login.',
    ]);
    tools?.takeOff();
    use(users('{"result": [{"user": {"email": "a@b.example"}}]}'));
    expect(await reasons()).toEqual([]);
    tools?.takeOff();
    use(users('{}'));
    setVariables({ FIREBASE_TOKEN: 'x' });
    expect(await reasons()).toEqual([]);
    const file = join(tools?.directory ?? '', 'credentials.json');
    const user = { type: 'authorized_user', client_id: 'x', client_secret: 'x', refresh_token: 'x' };
    writeFileSync(file, JSON.stringify(user));
    setVariables({ FIREBASE_TOKEN: undefined, GOOGLE_APPLICATION_CREDENTIALS: file });
    expect(await reasons()).toEqual([]);
  });
});

describe('rules and indexes', () => {
  const top = join(import.meta.dirname, '../..');
  const ours = readFileSync(join(top, 'firestore.rules'), 'utf8');
  const indexes = readFileSync(join(top, 'firestore.indexes.json'), 'utf8');
  const denying = 'service cloud.firestore { match /{d=**} { allow read, write: if false; } }';
  const open = 'service cloud.firestore { match /{d=**} { allow read: if true; } }';

  /** The part of a project with these, the paths that were read, and what firebase-tools was called with. */
  async function partOf(
    found: { rules?: string; indexes?: string; refusal?: [status: number, body: object] },
    database = '(default)',
  ) {
    const release = `/v1/projects/shop/releases/cloud.firestore${database === '(default)' ? '' : `/${database}`}`;
    const answers: Record<string, unknown> =
      (found.rules && {
        [release]: { rulesetName: 'projects/shop/rulesets/r-1' },
        '/v1/projects/shop/rulesets/r-1': { source: { files: [{ content: found.rules }, { content: 'another' }] } },
      }) ||
      {};
    const asked: string[] = [];
    const address = await startApi(({ url = '', headers }, response) => {
      asked.push(`${url} ${headers.authorization} ${headers['x-goog-user-project']}`);
      const [status, body] = found.refusal ?? [answers[url] ? 200 : 404, answers[url] ?? {}];
      response.writeHead(status).end(JSON.stringify(body));
    });
    setVariables({ CLOUDSDK_API_ENDPOINT_OVERRIDES_FIREBASERULES: address });
    const { directory, told, forget } = use({
      firebase: `case "$1" in firestore:indexes) cat "\${0%/*}/indexes" ;; *) for each; do case $each in --config=*) cp "\${each#--config=}" "\${0%/*}/config" ;; esac; done ;; esac
[ "$GOOGLE_CLOUD_QUOTA_PROJECT" = shop ]`,
    });
    writeFileSync(join(directory, 'indexes'), found.indexes ?? '{}');
    const part = rulesPart('shop', database, async () => 'the-token');
    const steps = await part.read();
    const read = told();
    forget();
    return { steps, asked, read, told, directory };
  }
  const shown = ({ action, kind, name, differences, note, command }: Step) => ({
    did: `${action} ${kind} ${name}`,
    ...(note && { note }),
    ...(command && { command }),
    fields: differences.map(({ field }) => field),
  });

  test('that are there are kept, read of this database with whose project is asked', async () => {
    // firebase-tools may say something of itself first.
    const said = `i  an update is available\n${indexes}`;
    const { steps, asked, read } = await partOf({ rules: `${ours}\n`, indexes: said });
    const kept = steps.map(({ action, name }) => `${action} ${name}`);
    expect(kept).toEqual(['keep firestore:rules', 'keep firestore:indexes']);
    expect(asked).toEqual([
      '/v1/projects/shop/releases/cloud.firestore Bearer the-token shop',
      '/v1/projects/shop/rulesets/r-1 Bearer the-token shop',
    ]);
    expect(read).toEqual(['firebase firestore:indexes --database=(default) --project=shop']);
  });

  test('that are not there are made, each by a command of its own', async () => {
    const { steps, told } = await partOf({});
    const command = (name: string) =>
      `GOOGLE_CLOUD_QUOTA_PROJECT=shop firebase deploy --only=firestore:${name} --config=firebase.json --project=shop --non-interactive`;
    expect(steps.map(shown)).toMatchObject([
      {
        did: 'create rules firestore:rules',
        note: 'every client is denied: the functions pass by IAM',
        command: command('rules'),
        fields: [],
      },
      {
        did: 'create indexes firestore:indexes',
        note: expect.stringMatching(/^\d+ of several fields, \d+ by which documents expire, \d+ fields with fewer/),
        command: command('indexes'),
        fields: [],
      },
    ]);
    await applySteps(steps, true);
    expect(told()).toEqual(
      ['rules', 'indexes'].map(
        (name) => `firebase deploy --only=firestore:${name} --config=firebase.json --project=shop --non-interactive`,
      ),
    );
  });

  test('of another database are read there, and made by a configuration of their own', async () => {
    const { steps, asked, read, told, directory } = await partOf({ rules: denying }, 'records');
    expect(asked[0]).toBe('/v1/projects/shop/releases/cloud.firestore/records Bearer the-token shop');
    expect(read).toEqual(['firebase firestore:indexes --database=records --project=shop']);
    expect(steps.map(shown)[0]).toMatchObject({ did: 'update rules firestore:rules', fields: ['rules'] });
    await applySteps(steps.slice(0, 1));
    const deployed = /^firebase deploy --only=firestore --config=\S+\/firebase\.json --project=shop --non-interactive$/;
    expect(told()).toEqual([expect.stringMatching(deployed)]);
    expect(JSON.parse(readFileSync(join(directory, 'config'), 'utf8'))).toEqual({
      firestore: [{ database: 'records', rules: 'firestore.rules', indexes: 'firestore.indexes.json' }],
    });
  });

  const [denied, off] = [{ status: 'PERMISSION_DENIED' }, { reason: 'SERVICE_DISABLED' }];
  test.each([
    ['by nobody', 404, {}, 'create rules firestore:rules'],
    ['by nobody, their API being off', 403, { error: { ...denied, details: [off] } }, 'create rules firestore:rules'],
    ['and may not be read', 403, { error: denied }, 'answered 403'],
    ['and cannot be read now', 503, {}, 'answered 503'],
  ])('are released %s: what could not be read is not taken for nothing', async (_, status, body, expected) => {
    const read = partOf({ refusal: [status, body] }).then(({ steps }) => steps.map(shown)[0]?.did);
    expect(await read.catch((error: Error) => error.message)).toContain(expected);
  });

  test.each([
    [
      'are missing, where there is no such database',
      'HTTP Error: 404, Database not found',
      'create indexes firestore:indexes',
    ],
    ['are not taken for missing, where they may not be read', 'HTTP Error: 403, denied', 'HTTP Error: 403, denied'],
  ])('%s', async (_, said, expected) => {
    const address = await startApi((_request, response) => void response.writeHead(404).end());
    setVariables({ CLOUDSDK_API_ENDPOINT_OVERRIDES_FIREBASERULES: address });
    use({ firebase: `echo '${said}' >&2; exit 1` });
    const read = rulesPart('shop', 'records', async () => 'the-token').read();
    const found = await read.then((steps) => steps.map(shown)[1]?.did).catch((error: Error) => error.message);
    expect(found).toContain(expected);
  });

  const file = JSON.parse(indexes);
  const nameOf = (each: { collectionGroup: string; fieldPath: string }) => `${each.collectionGroup}.${each.fieldPath}`;
  test.each<[string, object, object]>([
    [
      'the first of each sort',
      { indexes: file.indexes.slice(1), fieldOverrides: file.fieldOverrides.slice(1) },
      {
        did: 'update indexes firestore:indexes',
        fields: [expect.stringContaining(`${file.indexes[0].collectionGroup} (`), nameOf(file.fieldOverrides[0])],
      },
    ],
    [
      'those of one field',
      { indexes: file.indexes, fieldOverrides: [] },
      { did: 'update indexes firestore:indexes', fields: file.fieldOverrides.map(nameOf) },
    ],
    [
      'those of several fields',
      { indexes: [], fieldOverrides: file.fieldOverrides },
      { did: 'create indexes firestore:indexes', note: expect.stringMatching(/^\d+ of several fields/), fields: [] },
    ],
  ])('of the indexes are missing %s: each is named, or all are counted', async (_, found, expected) => {
    const { steps } = await partOf({ rules: ours, indexes: JSON.stringify(found) });
    expect(steps.map(shown)[1]).toMatchObject(expected);
  });

  test.each([
    ['none', undefined, false],
    ['ours', ours, true],
    ['ours with blanks around them', `\n${ours}  \n`, true],
    ['ours, edited by hand', `// Metronome\n${open}`, true],
    ['ours without their first lines', ours.replaceAll('Metronome', 'It'), false],
    ['such as deny everything', denying, false],
    ['such as name Metronome in passing', `${open} // as for Metronome`, false],
    ['such as name another of that beginning', `// Metronomes of the shop\n${open}`, false],
  ])('rules that are %s say that the database is Metronome’s: %s', (_, found, isIt) => {
    expect(isByItsRules(found)).toBe(isIt);
  });
});

/** What a database holds, asked of an API that answers so. */
describe('what is in a database', () => {
  const paths = {
    collections: 'POST documents:listCollectionIds',
    indexes: 'GET collectionGroups/-/indexes',
    fields: `GET collectionGroups/-/fields?filter=${encodeURIComponent('indexConfig.usesAncestorConfig=false OR ttlConfig:*')}`,
  };
  const field = (group: string) => ({ name: `projects/shop/databases/d/collectionGroups/${group}/fields/name` });
  test.each<[string, Partial<Record<keyof typeof paths, object>>, string[]]>([
    ['nothing', { fields: { fields: [field('__default__')] } }, []],
    ['collections', { collections: { collectionIds: ['a', 'b', 'c', 'd'] } }, ['collections such as a, b, c']],
    ['indexes', { indexes: { indexes: [{}] } }, ['indexes']],
    ['field overrides', { fields: { fields: [field('__default__'), field('shops')] } }, ['field overrides']],
  ])('is told by kind: %s', async (_, found, expected) => {
    const asked: string[] = [];
    const address = await startApi(({ method, url = '' }, response) => {
      const path = `${method} ${url.slice('/v1/projects/shop/databases/d/'.length)}`;
      asked.push(path);
      const kind = Object.keys(paths).find((each) => paths[each as keyof typeof paths] === path);
      response.end(JSON.stringify(found[kind as keyof typeof paths] ?? {}));
    });
    setVariables({ CLOUDSDK_API_ENDPOINT_OVERRIDES_FIRESTORE: `${address}/` });
    expect(await contentOf('shop', 'd', 'the-token')).toEqual(expected);
    expect(asked).toEqual(Object.values(paths));
  });

  test('that cannot be read is not taken for nothing', async () => {
    const address = await startApi((_, response) => response.writeHead(403).end('PERMISSION_DENIED'));
    setVariables({ CLOUDSDK_API_ENDPOINT_OVERRIDES_FIRESTORE: `${address}/` });
    const why = 'Could not read the contents of d: Google answered 403 PERM';
    await expect(contentOf('shop', 'd', 'the-token')).rejects.toThrow(why);
  });
});

describe('the contract tests on Google’s emulators', () => {
  const java = (version: string) => `echo '${version}' >&2`;
  test.each<[says: string, tools: Record<string, string>, code: number, error: string]>([
    ['without a java', { firebase: '' }, 1, 'need Java 21 or later, and there is no java.'],
    ['on an older one', { java: java('openjdk version "20.0.2"'), firebase: '' }, 1, 'and this one is 20.'],
    ['on one that says nothing', { java: java('what'), firebase: '' }, 1, 'and this one is unknown.'],
    ['on the oldest that will do', { java: java('openjdk version "21" 2023-09-19'), firebase: '' }, 0, ''],
    ['on a newer one', { java: java('openjdk version "25.0.1"'), firebase: 'exit 3' }, 3, ''],
    ['without firebase', { java: java('openjdk version "21.0.1"') }, 1, 'firebase could not be started: '],
  ])('%s: run, or said why not; and end as they ended', async (_, scripts, code, error) => {
    const { told } = use(scripts, true);
    const { code: ended, err } = await inOwnProcess('official.ts', []);
    expect([ended, err]).toEqual([code, expect.stringContaining(error)]);
    const run = told().filter((each) => each.startsWith('firebase '));
    const isRun = error === '';
    const emulators = /^firebase emulators:exec --only=firestore,pubsub --project=\S+ vitest /;
    expect(run).toEqual(isRun ? [expect.stringMatching(emulators)] : []);
  });
});
