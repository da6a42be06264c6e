/** `npm run deploy` with a gcloud on the path that answers, notes what it was told, and does nothing. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { runIn } from '../../functions/platform/environment.ts';
import { builder, type DeployTarget } from '../../infra/deploy/commands.ts';
import { type Releasing, release, rollBack } from '../../infra/deploy/release.ts';
import { deployFrom } from '../../infra/deploy.ts';
import { configurationOf, databaseOf, lostVariables, regionOf, remember } from '../../infra/deployment-file.ts';
import { secretId } from '../../infra/provision/accounts.ts';
import { gcloudOf } from '../../infra/provision/gcloud.ts';
import { versionsToDeploy } from '../../infra/provision/project.ts';
import { functions, secretNames } from '../../infra/topology.ts';
import { typed } from './command.ts';
import { putOnThePath, type ToolsOnThePath } from './tools-on-the-path.ts';

const files = mkdtempSync(join(tmpdir(), 'metronome-deploy-'));
const file = (name: string, content: unknown): string => {
  const path = join(files, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const now = 'r20261130-120000';
const digest = `image@sha256:${'0'.repeat(64)}`;
const failing = join(files, 'failing');
let tools: ToolsOnThePath;

beforeEach(() => {
  rmSync(failing, { force: true });
  cloudRun([]);
  file('indexes', []);
  tools = putOnThePath({
    gcloud: `case "$*" in
  "projects describe"*) echo '{"projectNumber": "424242"}' ;;
  "secrets versions list"*) echo '[{"name": "projects/p/secrets/s/versions/3"}]' ;;
  "run services list"*) cat ${files}/services ;;
  "run revisions list"*) cat ${files}/revisions ;;
  "run revisions describe"*) echo '{"metadata": {"name": "x"}, "spec": {"containers": [{"image": "${digest}"}]}}' ;;
  "firestore databases list"*) cat ${files}/databases ;;
  "auth print-access-token"*) echo token ;;
  "firestore indexes composite list"*) cat ${files}/indexes ;;
  "run deploy"*|"run services"*) if [ -e ${failing} ] && echo "$*" | grep -q "$(cat ${failing})"; then echo 'not now' >&2; exit 1; fi ;;
  *) echo '[]' ;;
esac`,
  });
});
afterEach(() => tools.takeOff());
afterAll(() => rmSync(files, { recursive: true }));

interface Served {
  service: string;
  revision: string;
  tags?: Record<string, string>;
  variables?: Record<string, string>;
  app?: string;
}

/** What Cloud Run has: services that serve, their tags, and these revisions besides. */
function cloudRun(served: readonly Served[], more: readonly string[] = []): void {
  file(
    'services',
    served.map(({ service, revision, tags = {}, app = 'metronome' }) => ({
      metadata: { name: service, labels: { app } },
      status: {
        traffic: [
          ...Object.entries(tags).map(([tag, revisionName]) => ({ tag, revisionName })),
          { revisionName: revision, percent: 100 },
        ],
      },
    })),
  );
  const revision = (name: string, variables: Record<string, string> = {}) => ({
    metadata: { name },
    spec: {
      containers: [
        {
          image: digest,
          env: [
            ...Object.entries(variables).map(([variable, value]) => ({ name: variable, value })),
            { name: 'TICKETS_TOKEN', valueFrom: { secretKeyRef: { key: '3', name: 'metronome-tickets-token' } } },
          ],
        },
      ],
    },
  });
  file('revisions', [
    ...served.map((each) => revision(each.revision, each.variables)),
    ...more.map((name) => revision(name)),
  ]);
}

const all = (revisionOf: (service: string) => Omit<Served, 'service'>): Served[] =>
  functions.map(({ service }) => ({ service, ...revisionOf(service) }));

const changes = (): string[] => tools.told().filter((each) => /run deploy|update-traffic|add-iam-policy/.test(each));
const moved = (): string[] =>
  tools.told().flatMap((each) => /update-traffic \S+ .*--to-revisions=(\S+)=100/.exec(each)?.[1] ?? []);

describe('npm run deploy', () => {
  const inRegion = ['--region', 'asia-northeast1'];
  const deploy = async (args: string[], environment: Record<string, string> = {}, config: unknown = {}) => {
    const { PATH = '' } = process.env;
    file('deployment.json', config);
    const place = ['--project', 'shop', '--settings', files];
    const { code, out, err } = await typed(deployFrom(join(files, 'dist')), [...place, ...args], {
      PATH,
      ...environment,
    });
    return { code, output: out + err };
  };

  test('shows every part on a dry run, in order; and of this and of a wrong call runs nothing', async () => {
    const config = { shop: { region: 'asia-northeast1', database: 'records', console: ['user:a@b.example'] } };
    const { code, output } = await deploy(['--dry-run'], { SMOKE_ACCOUNT: 'smoke@b.example' }, config);
    expect(code).toBe(0);
    expect(output).toContain('##FIRESTORE_DATABASE=records');
    expect(output).toContain('# let serviceAccount:smoke call metronome-api\n');
    expect(output).toContain('# let user:a@b.example open the console\n');
    const at = (text: string): number => output.indexOf(text);
    const parts = [
      at('npm run bundle'),
      at(`--source=${join(files, 'dist')}`),
      at('--image=IMAGE@sha256:DIGEST'),
      at('--to-revisions='),
      at('--update-tags=good='),
      at('# file a drill at https://metronome-tickets-PROJECT_NUMBER.asia-northeast1.run.app/tickets, wait'),
    ];
    expect(parts).toEqual(parts.toSorted((one, other) => one - other));
    expect(parts[0]).toBe(0);
    expect((await deploy([...inRegion, '--dry-run', '--only', 'bundle'])).output).toBe('npm run bundle\n');
    expect((await deploy([...inRegion, '--dry-run', '--only', 'smoke'])).output).toMatch(
      /^# file a drill at .*\n# start the schedules and the alert policies\n$/,
    );
    expect((await deploy([...inRegion, '--dry-run', '--image', digest])).output).not.toMatch(/--source=|infra\/bundle/);
    for (const wrong of [
      ['--only', 'everything'],
      ['--image', 'image:latest'],
      ['--project', ''],
    ]) {
      const answer = await deploy(wrong);
      expect([answer.code, answer.output]).toEqual([2, expect.stringContaining('npm run deploy -- --project P')]);
    }
    expect(tools.told()).toEqual([]);
  });

  test('does not deploy what a shell has and the file has not, and names it', async () => {
    const shell = { SENDERS: '[]', ZENDESK_SUBDOMAIN: 'shop', FIRESTORE_DATABASE: 'records', PATH_OF_OTHERS: 'x' };
    const { code, output } = await deploy([], shell, {
      shop: { region: 'asia-northeast1', environment: { ZENDESK_SUBDOMAIN: 'shop' } },
    });
    expect([code, tools.told()]).toEqual([1, []]);
    expect(output).toContain(
      'deployment.json, and only the file is deployed: FIRESTORE_DATABASE, SENDERS. Put them there',
    );
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{', 'deployment.json is no JSON'],
    ['a variable that nobody reads', { shop: { environment: { ZENDESK_SUBDOMIAN: 'x' } } }, 'no function reads it'],
    ['a blank one', { shop: { environment: { ZENDESK_SUBDOMAIN: '' } } }, 'environment.ZENDESK_SUBDOMAIN'],
    ['one that would end the list', { shop: { environment: { SENDERS: 'a##IAP_AUDIENCE=x' } } }, 'a text without ##'],
    ['everybody at the console', { shop: { console: ['allUsers'] } }, 'user:…, group:… or domain:…'],
    ['more instances than it may have', { shop: { minInstances: { slack: 3 } } }, 'at most maxInstances (2)'],
    ['instances of no function', { shop: { minInstances: { slak: 1 } } }, 'minInstances'],
    ['another project that is wrong', { other: { consle: [] } }, 'consle'],
  ])('refuses a file with %s', async (_, config, said) => {
    const { code, output } = await deploy([], {}, config);
    expect([code, output, tools.told()]).toEqual([1, expect.stringContaining(said), []]);
  });
});

describe('the settings of a project', () => {
  const written = () => JSON.parse(readFileSync(join(files, 'deployment.json'), 'utf8'));

  test('remember what was typed last, beside what a team wrote, and say what changed', () => {
    const own = { environment: { ZENDESK_SUBDOMAIN: 'shop' }, region: 'us-central1' };
    file('deployment.json', { other: { region: 'us-central1' }, shop: own });
    const typed = { region: 'asia-northeast1', database: 'records', operator: undefined };
    expect(remember(files, 'shop', typed)).toEqual(['region', 'database']);
    expect(written()).toEqual({
      other: { region: 'us-central1' },
      shop: { ...own, region: 'asia-northeast1', database: 'records' },
    });
    expect(remember(files, 'shop', typed)).toEqual([]);
    expect(() => remember(files, 'shop', { region: 'nam5' })).toThrow('allowed is a region of Cloud Run');
    expect(() => remember(files, 'shop', { copyTo: 'asia-northeast1' })).toThrow('another region than that of');
    expect(written().shop.copyTo).toBeUndefined();
    expect(remember(files, 'shop', { operator: null })).toEqual([]);
    expect(remember(files, 'shop', { database: null })).toEqual(['database']);
    expect(written().shop).toEqual({ ...own, region: 'asia-northeast1' });
  });

  test.each<[typed: string | undefined, shell: string, remembered: string | undefined, is: string]>([
    [undefined, '', undefined, '(default)'],
    [undefined, '', 'records', 'records'],
    [undefined, 'shop', undefined, 'shop'],
    [undefined, 'records', 'records', 'records'],
    ['mine', 'shop', 'records', 'mine'],
    [undefined, 'shop', 'records', 'FIRESTORE_DATABASE is shop in this shell, and deployment.json remembers records'],
  ])('typed %s, in a shell %j and remembered %s, the database is %s', (typedName, shell, database, is) => {
    const found = runIn({ FIRESTORE_DATABASE: shell }, () => {
      try {
        return databaseOf(database === undefined ? {} : { database }, typedName);
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(found.startsWith(is)).toBe(true);
  });

  test('name one region: another that is typed is refused, and so is none', () => {
    expect(regionOf({ region: 'asia-northeast1' }, 'shop')).toBe('asia-northeast1');
    expect(regionOf({}, 'shop', 'us-central1')).toBe('us-central1');
    expect(() => regionOf({ region: 'asia-northeast1' }, 'shop', 'us-central1')).toThrow('shop is in asia-northeast1');
    expect(() => regionOf({}, 'shop')).toThrow('No region is remembered for shop');
  });
});

describe('a database that is not Metronome’s', () => {
  const databases = (...names: string[]) =>
    file(
      'databases',
      names.map((name) => ({ name: `projects/shop/databases/${name}`, type: 'FIRESTORE_NATIVE' })),
    );
  test.each<[string, string[], Record<string, string>, string]>([
    [
      'with the rules of another system',
      ['(default)', 'metronome'],
      { '(default)': 'service cloud.firestore {}', metronome: '// Metronome: every client is denied.' },
      'The database (default) has the rules of another system. Metronome’s rules are on metronome: npm run provision -- --project shop --database metronome remembers it.',
    ],
    [
      'without rules',
      ['(default)'],
      {},
      'The database (default) has no rules, so it was not provisioned. Give Metronome',
    ],
    ['that does not exist', ['shop'], {}, 'The database (default) does not exist. Give Metronome one of its own'],
  ])('%s is refused before anything else is asked', async (_, names, rules, said) => {
    databases(...names);
    const server = createServer(({ url = '' }, response) => {
      const database = /cloud\.firestore(?:\/(.*))?$/.exec(url);
      const name = database ? (database[1] ?? '(default)') : url.slice(url.lastIndexOf('/') + 1);
      const content = rules[decodeURIComponent(name)];
      if (content === undefined) response.writeHead(404);
      response.end(
        JSON.stringify(database ? { rulesetName: `rulesets/${name}` } : { source: { files: [{ content }] } }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    file('deployment.json', { shop: { region: 'asia-northeast1' } });
    const { port } = server.address() as AddressInfo;
    const { code, err } = await typed(deployFrom(join(files, 'dist')), ['--project', 'shop', '--settings', files], {
      PATH: process.env.PATH,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_FIREBASERULES: `http://127.0.0.1:${port}/`,
    });
    expect([code, err]).toEqual([1, expect.stringContaining(`Not deployed, and nothing was changed. ${said}`)]);
    expect(tools.told().map((each) => each.replace(/ --.*/, ''))).toEqual([
      'gcloud auth print-access-token',
      'gcloud firestore databases list',
    ]);
  });
});

describe('secrets without a version', () => {
  const versions = (list: string) =>
    putOnThePath({
      gcloud: `case "$*" in
  "secrets list"*) echo '${JSON.stringify(secretNames.map((name) => ({ name: `projects/1/secrets/${secretId(name)}` })))}' ;;
  "secrets versions list metronome-slack-bot-token"*) echo '${list}' ;;
  "secrets versions list metronome-tickets-token"*) [ -e ${failing} ] && echo '[]' || echo '[{"name": "v/2", "state": "ENABLED"}]' ;;
  "secrets versions list"*) echo '[{"name": "v/3", "state": "ENABLED"}]' ;;
  "secrets versions add"*) cat >> ${files}/added ;;
esac`,
    });

  test('that are not used get a blank, and it is told; one that was disabled is a person’s', async () => {
    const said: string[] = [];
    let path = versions('[]');
    const found = await versionsToDeploy(gcloudOf('shop'), (text) => void said.push(text));
    expect([found.SLACK_BOT_TOKEN, found.TICKETS_TOKEN, found.NOTION_TOKEN]).toEqual(['1', '2', '3']);
    expect(said).toEqual([expect.stringMatching(/^metronome-slack-bot-token had no version: added a blank one/)]);
    expect(readFileSync(join(files, 'added'), 'utf8')).toBe(' ');
    path.takeOff();
    path = versions('[{"name": "v/1", "state": "DISABLED"}]');
    file('failing', 'x');
    await expect(versionsToDeploy(gcloudOf('shop'), () => undefined)).rejects.toThrow(
      /^Not deployed\. (?=.*metronome-tickets-token has no enabled version)(?=.*metronome-slack-bot-token has no enabled version).*secrets versions add/,
    );
    expect(path.told().filter((each) => each.includes('versions add'))).toEqual([]);
    path.takeOff();
  });
});

describe('a release', () => {
  const target: DeployTarget = {
    project: 'shop',
    projectNumber: '424242',
    region: 'r',
    configuration: configurationOf(),
    secretVersions: {},
    origin: { version: '0.1.0', commit: 'c0ffee' },
    release: now,
  };
  let said: string[];
  let tried: (string | undefined)[];
  let nowMs: number;
  /** @param failsAt the tag of the smoke test that fails; '' is what serves */
  const releasing = (failsAt?: string): Releasing => ({
    target,
    gcloud: gcloudOf('shop'),
    time: {
      now: () => nowMs,
      pause: async (ms) => {
        nowMs += ms;
        file('indexes', []);
      },
      say: (text) => void said.push(text),
    },
    smokeTest: async (tag) => {
      tried.push(tag);
      if ((tag ?? '') === failsAt) throw new Error('500');
    },
  });
  const outcome = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'done',
      (error: Error) => error.message,
    );
  beforeEach(() => {
    said = [];
    tried = [];
    nowMs = 0;
  });
  const good = 'r20261101-000000';
  const bad = 'r20261102-000000';
  const at = (of: string) => (service: string) => ({
    revision: `${service}-${of}`,
    tags: { good: `${service}-${good}` },
  });
  const ofGood = functions.map(({ service }) => `${service}-${good}`);

  test('is one image: built once, tried beside what serves, then given all traffic, then tagged as good', async () => {
    cloudRun(all(at(good)));
    expect(await outcome(release(releasing(), { source: 'dist' }))).toBe('done');
    expect(tried).toEqual(['candidate', undefined]);
    const told = tools.told();
    const deployed = told.filter((each) => each.startsWith('gcloud run deploy'));
    expect(deployed.filter((each) => each.includes('--source='))).toHaveLength(1);
    expect(deployed[0]).toContain(`gcloud run deploy ${builder.service} `);
    expect(deployed.filter((each) => each.includes(`--image=${digest} `))).toHaveLength(functions.length - 1);
    const last = (pattern: RegExp) => told.findLastIndex((each) => pattern.test(each));
    const first = (pattern: RegExp) => told.findIndex((each) => pattern.test(each));
    expect(last(/^gcloud run deploy/)).toBeLessThan(first(/to-revisions/));
    expect(last(/to-revisions/)).toBeLessThan(first(/update-tags=good/));
    expect(moved().toSorted()).toEqual(functions.map(({ service }) => `${service}-${now}`).toSorted());
    expect(told.filter((each) => each.includes('--update-tags=good='))).toHaveLength(functions.length);
    expect(said.at(-1)).toContain(`--image ${digest}`);
  });

  test('of an image that was built before builds nothing', async () => {
    await outcome(release(releasing('candidate'), { image: digest }));
    expect(tools.told().filter((each) => each.includes(`--image=${digest}`))).toHaveLength(functions.length);
    expect(tools.told().filter((each) => each.includes('--source='))).toEqual([]);
    // None was there: Cloud Run gives the first revision of each all traffic.
    expect(tools.told().filter((each) => each.includes('--no-traffic'))).toEqual([]);
  });

  test('whose services are somebody else’s changes nothing', async () => {
    cloudRun([{ service: 'metronome-api', revision: 'metronome-api-1', app: 'theirs' }]);
    expect(await outcome(release(releasing(), { image: digest }))).toContain('another system: metronome-api. Choose');
    expect(changes()).toEqual([]);
  });

  const variables = { GOOGLE_CLOUD_PROJECT: 'shop', ZENDESK_SUBDOMAIN: 'shop', MY_OWN: '1' };
  const slack = { service: 'metronome-slack', revision: 'metronome-slack-00003-abc' };
  test('loses no variable: it says which, and changes nothing', async () => {
    const tickets = { service: 'metronome-tickets', revision: 'metronome-tickets-00003-abc', variables };
    cloudRun([tickets, { ...slack, variables: { ZENDESK_SUBDOMAIN: 'shop' } }]);
    const message = await outcome(release(releasing(), { image: digest }));
    expect(message).toContain(
      '  ZENDESK_SUBDOMAIN=shop (metronome-tickets, metronome-slack)\n  MY_OWN=1 (metronome-tickets)\n',
    );
    expect(message).toContain(
      JSON.stringify({ shop: { environment: { ZENDESK_SUBDOMAIN: 'shop', MY_OWN: null } } }, null, 2),
    );
    expect(message).not.toContain('TICKETS_TOKEN');
    expect(changes()).toEqual([]);
  });

  test.each([
    ['is in the file', { ZENDESK_SUBDOMAIN: 'shop' }, ['MY_OWN']],
    ['is another in the file', { ZENDESK_SUBDOMAIN: 'shop-2' }, ['MY_OWN']],
    ['is to go', { ZENDESK_SUBDOMAIN: null }, ['MY_OWN']],
    ['is not in the file', {}, ['ZENDESK_SUBDOMAIN', 'MY_OWN']],
    ['no function reads, once the file says so', { MY_OWN: null }, ['ZENDESK_SUBDOMAIN']],
  ])('takes a variable that %s: of %j it loses %j', (_, environment, lost) => {
    const configuration = configurationOf({ environment });
    const next = new Map([[slack.service, new Map([['GOOGLE_CLOUD_PROJECT', 'shop']])]]);
    const serving = [{ service: slack.service, variables: new Map(Object.entries(variables)) }];
    expect(lostVariables(serving, next, configuration).map(({ name }) => name)).toEqual(lost);
  });

  test('does not replace an address that somebody has set by the one that it would make up', async () => {
    const api = { service: 'metronome-api', revision: 'metronome-api-00003-abc' };
    const made = 'https://metronome-console-424242.r.run.app/console';
    cloudRun([{ ...api, variables: { CONSOLE_URL: made } }]);
    expect(await outcome(release(releasing('candidate'), { image: digest }))).toContain('No traffic was moved');
    cloudRun([{ ...api, variables: { CONSOLE_URL: 'https://desk.example' } }]);
    expect(await outcome(release(releasing(), { image: digest }))).toContain('CONSOLE_URL=https://desk.example');
  });

  test('that fails its smoke test moves no traffic', async () => {
    cloudRun(all(at(good)));
    expect(await outcome(release(releasing('candidate'), { image: digest }))).toContain('No traffic was moved');
    expect([tried, moved()]).toEqual([['candidate'], []]);
  });

  test('of which one service does not deploy moves no traffic, and is not tried', async () => {
    cloudRun(all(at(good)));
    file('failing', 'run deploy metronome-slack ');
    expect(await outcome(release(releasing(), { image: digest }))).toMatch(
      /^Not all .*\ndeploy metronome-slack-r.*not now$/,
    );
    expect([tried, moved()]).toEqual([[], []]);
  });

  test('waits for indexes before anything is tried, and ends where one is broken', async () => {
    const index = (state: string) => [
      { name: 'projects/p/databases/(default)/collectionGroups/updates/indexes/i1', state },
    ];
    file('indexes', index('CREATING'));
    expect(await outcome(release(releasing('candidate'), { image: digest }))).toContain('No traffic was moved');
    expect([nowMs, tried]).toEqual([20_000, ['candidate']]);
    expect(said.filter((each) => each.startsWith('Waiting for 1 indexes'))).toHaveLength(1);
    tried = [];
    file('indexes', index('NEEDS_REPAIR'));
    expect(await outcome(release(releasing(), { image: digest }))).toContain('need repair: updates/indexes/i1');
    expect(tried).toEqual([]);
  });

  describe('that fails once it serves goes back', () => {
    test.each<[string, Served[], readonly string[]]>([
      ['to the last that was good, not to a bad one that served before it', all(at(bad)), ofGood],
      [
        'to it as well where marking it had stopped halfway',
        all((service) => ({
          revision: `${service}-${bad}`,
          tags: { good: `${service}-${service < 'metronome-n' ? good : 'r20261001-000000'}` },
        })),
        ofGood,
      ],
      [
        'to what served, where none was ever known to be good',
        all((service) => ({ revision: `${service}-00007-abc` })),
        functions.map(({ service }) => `${service}-00007-abc`),
      ],
    ])('%s', async (_, served, expected) => {
      cloudRun(served, ofGood);
      // What Cloud Run has does not change here, so the new release is said to serve.
      const own = releasing('');
      const smokeTest = async (tag?: string) => {
        if (!tag)
          cloudRun(
            served.map(({ tags = {}, service }) => ({ service, tags, revision: `${service}-${now}` })),
            ofGood,
          );
        await own.smokeTest(tag);
      };
      tools.forget();
      expect(await outcome(release({ ...own, smokeTest }, { image: digest }))).toBe('The deployment was rolled back.');
      expect(
        moved()
          .filter((each) => !each.endsWith(now))
          .toSorted(),
      ).toEqual([...expected].toSorted());
      expect(tools.told().filter((each) => each.includes('update-tags'))).toEqual([]);
    });

    test('though one service does not, which is named', async () => {
      cloudRun(all(at(bad)), ofGood);
      file('failing', `metronome-tickets-${good}=100`);
      const message = await outcome(rollBack(releasing(), undefined));
      expect(message).toMatch(/^Not all of it was done:\nsend all traffic of metronome-tickets to .*not now$/);
      expect(moved().toSorted()).toEqual(ofGood.toSorted());
    });
  });

  test('by hand goes back to a release by its name, and says which there are', async () => {
    cloudRun(
      all(at(good)),
      functions.map(({ service }) => `${service}-${bad}`),
    );
    expect(await outcome(rollBack(releasing(), bad))).toBe('done');
    expect(moved()).toHaveLength(functions.length);
    tools.forget();
    expect(await outcome(rollBack(releasing(), undefined))).toBe('done');
    expect(said.at(-1)).toBe(
      `All services already serve ${good}. There are ${bad}, ${good}: --only rollback --release NAME goes back to one.`,
    );
    expect(await outcome(rollBack(releasing(), 'r20200101-000000'))).toContain(`There are ${bad}, ${good}`);
    expect(moved()).toEqual([]);
  });

  test('by hand leaves a release for good: none of its revisions is tagged as good any more', async () => {
    const older = 'r20261001-000000';
    // One function is newer than what is gone back to.
    const known = functions.filter(({ name }) => name !== 'slack').map(({ service }) => `${service}-${older}`);
    cloudRun(all(at(good)), known);
    expect(await outcome(rollBack(releasing(), older))).toBe('done');
    expect(said[0]).toBe(`Not in ${older}, and not changed: metronome-slack`);
    const tagged = tools.told().flatMap((each) => /--update-tags=good=(\S+)/.exec(each)?.[1] ?? []);
    expect([moved().toSorted(), tagged.toSorted()]).toEqual([known.toSorted(), known.toSorted()]);
    expect(tools.told().filter((each) => / metronome-slack .*--remove-tags=good /.test(each))).toHaveLength(1);
  });
});
