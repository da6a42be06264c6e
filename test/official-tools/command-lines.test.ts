/** Every command line that Metronome runs, and every one that its documents tell people to type, by gcloud's own parser. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  builder,
  candidateCommands,
  type DeployTarget,
  deployCommand,
  gaugeCommands,
  goodCommand,
  identityCommand,
  pageTokenCommand,
  trafficCommand,
} from '../../infra/deploy/commands.ts';
import { configurationOf } from '../../infra/deployment-file.ts';
import { dashboard } from '../../infra/provision/dashboard.ts';
import { gcloudOf } from '../../infra/provision/gcloud.ts';
import { partsOf, readParts } from '../../infra/provision/plan.ts';
import { functions } from '../../infra/topology.ts';
import { complaintsOf, noGcloud, sdk, unknownFields } from './gcloud.ts';
import { top } from './tools.ts';

const project = { project: 'shop-incidents', projectNumber: '424242424242', region: 'asia-northeast1' };
const target: DeployTarget = {
  ...project,
  configuration: configurationOf({
    environment: { ZENDESK_SUBDOMAIN: 'shop' },
    console: ['group:support@shop.example'],
    minInstances: { slack: 1 },
  }),
  secretVersions: {},
  smokeAccount: 'metronome-deploy@shop-incidents.iam.gserviceaccount.com',
  origin: { version: '0.1.0', commit: 'c0ffee' },
  release: 'r20261130-120000',
};

/** The words of a line as a shell would make them; what a person puts in stays in capitals. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));

/** Each gcloud command of a document, up to where a pipe, a comment, a parenthesis or a quotation ends it. */
const commandsIn = (text: string): string[] =>
  [
    ...text
      .replaceAll(/\\\n#?\s*/g, ' ')
      .matchAll(/(\bxargs [-rn1 ]*)?\bgcloud ((?:"[^"\n]*"|'[^'\n]*'|[^`\n|)#"';])+)/g),
  ]
    // xargs adds what the list before it names.
    .map(([, isOfEach, command = '']) =>
      isOfEach
        ? `${command.trim()} ${command.includes('service-accounts') ? 'a@b.iam.gserviceaccount.com' : 'NAME'}`
        : command.trim(),
    )
    .filter((command) => groups.test(command));
/** So begins a command; what else follows the word is prose. */
const groups =
  /^(?:beta )?(?:artifacts|auth|billing|builds|firestore|iam|iap|logging|monitoring|projects|pubsub|run|scheduler|secrets|services|storage) [a-z]/;

const placeholders: Record<string, string> = {
  REGION: 'asia-northeast1',
  PROJECT: 'shop-incidents',
  P: 'shop-incidents',
};
const filledIn = (line: string): string =>
  line.replaceAll(/\b(?:REGION|PROJECT|P)\b/g, (word) => placeholders[word] ?? word);

const wrong = (lines: readonly string[][]): string[] =>
  complaintsOf(lines).flatMap((complaint, index) => (complaint ? [`${lines[index]?.join(' ')}\n${complaint}`] : []));

describe.skipIf(!sdk)('gcloud’s own parser takes', () => {
  test('nothing that it does not know', () => {
    expect(
      wrong([
        ['run', 'deploy', 'x', '--no-such-flag=1', '--region=r'],
        ['run', 'servicess', 'list'],
      ]),
    ).toHaveLength(2);
  });

  test('what a deployment runs', () => {
    const { smokeAccount = '', ...byPerson } = target;
    const image = `asia-northeast1-docker.pkg.dev/shop-incidents/cloud-run-source-deploy/x@sha256:${'0'.repeat(64)}`;
    const all = [
      ...[true, false].map((isNew) => deployCommand(builder, { source: 'dist' }, isNew, target)),
      ...functions.flatMap((spec) => candidateCommands(spec, { image }, false, target)),
      trafficCommand(builder, 'metronome-x-r20261130-120000', target),
      goodCommand(builder, target.release, target),
      goodCommand(builder, undefined, target),
      ...gaugeCommands(target),
      identityCommand(target),
      identityCommand(byPerson),
      pageTokenCommand('claims.json', smokeAccount),
    ].map(({ args }) => args);
    const read = [
      ['run', 'revisions', 'list', '--region=r'],
      ['run', 'revisions', 'describe', 'x', '--region=r'],
      ['firestore', 'indexes', 'composite', 'list', '--database=x'],
      ['firestore', 'indexes', 'fields', 'list', '--database=x'],
    ].map((args) => [...args, '--format=json']);
    expect(wrong([...all, ...read])).toEqual([]);
  });

  test('what provisioning plans, also for a trigger and for who must stay in a region', async () => {
    process.env.METADATA_SERVER_DETECTION = 'none';
    const choices = { hasCloudBuild: true, takesDatabase: false, staysInRegion: true, copyTo: 'asia-northeast2' };
    const gcloud = gcloudOf(target.project);
    const planned = await partsOf({
      ...project,
      database: '(default)',
      ...choices,
      operators: ['a@b.example'],
      gcloud,
    });
    const steps = (await readParts(planned.parts, undefined)).flat();
    await planned.close();
    const commands = steps.flatMap(({ command }) =>
      command?.startsWith('gcloud ') ? [wordsOf(command).slice(1)] : [],
    );
    expect(commands.length).toBeGreaterThan(40);
    expect(wrong(commands)).toEqual([]);
  });

  test('what README, docs and Cloud Build’s steps tell people to type', () => {
    const paths = [
      'README.md',
      'cloudbuild.yaml',
      'infra/cloudbuild.deploy.yaml',
      ...globSync('docs/**/*.md', { cwd: top }),
    ];
    const found = paths.flatMap((path) => commandsIn(readFileSync(join(top, path), 'utf8')));
    expect(found.length).toBeGreaterThan(15);
    expect(wrong(found.map((line) => wordsOf(filledIn(line))))).toEqual([]);
  });
});

describe.skipIf(!sdk)('Google’s own message of a dashboard', () => {
  test('knows every field of ours, and every word', () => {
    expect(unknownFields('monitoring', 'v1', 'Dashboard', dashboard())).toEqual([]);
  });

  test('does not know another', () => {
    const { mosaicLayout } = dashboard();
    const [tile] = mosaicLayout.tiles;
    const [dataSet] = tile?.widget.xyChart.dataSets ?? [];
    const wrong = [{ ...tile, widgets: {} }, { widget: { xyChart: { dataSets: [{ ...dataSet, plotType: 'LYNE' }] } } }];
    expect(unknownFields('monitoring', 'v1', 'Dashboard', { mosaicLayout: { tiles: wrong } })).toEqual([
      'mosaicLayout.tiles[0].widgets',
      'mosaicLayout.tiles[1].widget.xyChart.dataSets[0].plotType',
    ]);
  });
});

test('whether it ran', ({ skip }) => {
  skip(!sdk, noGcloud);
  expect(sdk).toBeDefined();
});
