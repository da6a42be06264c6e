/** `npm run deploy` with a gcloud on the path that answers, notes what it was told, and does nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { builder, type DeployTarget } from '../../infra/deploy/commands.ts';
import { lostVariables, readConfiguration } from '../../infra/deploy/configuration.ts';
import { type Releasing, release, rollBack } from '../../infra/deploy/release.ts';
import { deployFrom } from '../../infra/deploy.ts';
import { gcloudOf } from '../../infra/provision/gcloud.ts';
import { functions } from '../../infra/topology.ts';
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
  const deploy = async (args: string[], environment: Record<string, string> = {}, config: unknown = {}) => {
    const { PATH = '' } = process.env;
    const place = ['--project', 'shop', '--region', 'r', '--config', file('deployment.json', config)];
    const { code, out, err } = await typed(deployFrom(join(files, 'dist')), [...place, ...args], {
      PATH,
      ...environment,
    });
    return { code, output: out + err };
  };

  test('shows every part on a dry run, in order; and of this and of a wrong call runs nothing', async () => {
    const config = { shop: { environment: { FIRESTORE_DATABASE: 'records' }, console: ['user:a@b.example'] } };
    const { code, output } = await deploy(['--dry-run'], { SMOKE_ACCOUNT: 'smoke@b.example' }, config);
    expect(code).toBe(0);
    expect(output).toContain('##FIRESTORE_DATABASE=records');
    expect(output).toContain('# let serviceAccount:smoke call metronome-api\n');
    expect(output).toContain('# let user:a@b.example open the console\n');
    const at = (text: string): number => output.indexOf(text);
    const parts = [
      at('node infra/bundle.ts'),
      at(`--source=${join(files, 'dist')}`),
      at('--image=IMAGE@sha256:DIGEST'),
      at('--to-revisions='),
      at('--update-tags=good='),
      at('# file a drill at https://metronome-tickets-PROJECT_NUMBER.r.run.app/tickets, wait'),
    ];
    expect(parts).toEqual(parts.toSorted((one, other) => one - other));
    expect(parts[0]).toBe(0);
    expect((await deploy(['--dry-run', '--only', 'bundle'])).output).toBe('node infra/bundle.ts\n');
    expect((await deploy(['--dry-run', '--only', 'smoke'])).output).toMatch(
      /^# file a drill at .*\n# start the schedules and the alert policies\n$/,
    );
    expect((await deploy(['--dry-run', '--image', digest])).output).not.toMatch(/--source=|infra\/bundle/);
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
    const { code, output } = await deploy([], shell, { shop: { environment: { ZENDESK_SUBDOMAIN: 'shop' } } });
    expect([code, tools.told()]).toEqual([1, []]);
    expect(output).toContain(
      'deployment.json, and only the file is deployed: FIRESTORE_DATABASE, SENDERS. Put them there',
    );
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{', 'deployment.json is no JSON'],
    ['a variable that nobody reads', { shop: { environment: { ZENDESK_SUBDOMIAN: 'x' } } }, 'no function reads it'],
    ['a blank one', { shop: { environment: { ZENDESK_SUBDOMAIN: '' } } }, 'environment.ZENDESK_SUBDOMAIN'],
    ['one that would end the list', { shop: { environment: { SENDERS: 'a##IAP_AUDIENCE=x' } } }, 'cannot hold ##'],
    ['everybody at the console', { shop: { console: ['allUsers'] } }, 'user:…, group:… or domain:…'],
    ['more instances than it may have', { shop: { minInstances: { slack: 3 } } }, 'more than the function may have'],
    ['instances of no function', { shop: { minInstances: { slak: 1 } } }, 'minInstances'],
    ['another project that is wrong', { other: { consle: [] } }, 'consle'],
  ])('refuses a file with %s', async (_, config, said) => {
    const { code, output } = await deploy([], {}, config);
    expect([code, output, tools.told()]).toEqual([1, expect.stringContaining(said), []]);
  });
});

describe('a release', () => {
  const target: DeployTarget = {
    project: 'shop',
    projectNumber: '424242',
    region: 'r',
    configuration: { environment: {}, console: [], minInstances: {} },
    secretVersions: {},
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
    const configuration = readConfiguration(JSON.stringify({ shop: { environment } }), 'shop');
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
