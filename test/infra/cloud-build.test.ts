/** What Cloud Build runs, as two files of steps: checks by an account that may nothing, and a deployment of what has passed them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkAccount, deployAccount } from '../../functions/topology.ts';
import { cloudBuildGrants } from '../../infra/provision/accounts.ts';

const top = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(top, file), 'utf8');
const checks = 'cloudbuild.yaml';
const deployment = 'infra/cloudbuild.deploy.yaml';
const withoutComments = (text: string): string => text.replaceAll(/^\s*#.*$/gm, '');

/** Each step's text by its id. */
const stepsOf = (text: string): Map<string, string> =>
  new Map(
    withoutComments(text)
      .replace(/^(?:substitutions|tags):[\s\S]*/m, '')
      .split(/^ {2}- id: /m)
      .slice(1)
      .map((step) => [step.split('\n')[0] ?? '', step]),
  );

/** All that has ended before a step begins. */
function awaitedBy(steps: ReadonlyMap<string, string>, id: string): string[] {
  const ids = [...steps.keys()];
  const before = ids.slice(0, ids.indexOf(id));
  // One that says nothing waits for all before it.
  const own = /waitFor: \[(.*)\]/.exec(steps.get(id) ?? '')?.[1]?.split(', ') ?? before;
  return [...new Set(own.flatMap((each) => [each, ...(steps.has(each) ? awaitedBy(steps, each) : [])]))];
}

describe.each([checks, deployment])('%s', (file) => {
  const text = withoutComments(read(file));
  const steps = stepsOf(read(file));

  test('replaces what is declared, and nothing that a shell should read', () => {
    const used = [...text.matchAll(/(?<!\$)\$\{?(_?[A-Z][A-Z_]*)/g)].map((match) => match[1] ?? '');
    const declared = [...text.matchAll(/^ {2}(_[A-Z_]+):/gm)].map((match) => match[1] ?? '');
    // A substitution that is declared and not used fails a build as well.
    expect([...new Set(used.filter((name) => name.startsWith('_')))].sort()).toEqual(declared.sort());
    for (const name of used.filter((each) => !each.startsWith('_')))
      expect(['PROJECT_ID', 'COMMIT_SHA']).toContain(name);
    const own = [...text.matchAll(/([A-Z_]+)=\$_/g)].map((match) => match[1]);
    for (const [, name] of text.matchAll(/\$\$\{?([A-Z_]+)/g)) expect(['PATH', ...own]).toContain(name);
  });

  test('runs scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...text.matchAll(/npm run ([\w:]+)|args: \[run, ([\w:]+)\]/g)].map((match) => match[1] ?? match[2]);
    expect(named.length).toBeGreaterThan(1);
    for (const name of named) expect(scripts, name).toHaveProperty(name as string);
  });

  test('runs Node 24 and gcloud, in images that change with a commit alone', () => {
    const images = [...new Set([...text.matchAll(/name: (\S+)$/gm)].map((match) => match[1] ?? ''))];
    expect(images.map((image) => image.replace(/@sha256:[\da-f]{64}$/, '@digest')).sort()).toEqual([
      'gcr.io/google.com/cloudsdktool/google-cloud-cli:578.0.0-slim@digest',
      'node:24-trixie@digest',
    ]);
    const other = read(file === checks ? deployment : checks);
    for (const image of images) expect(other).toContain(image);
  });

  test('puts nothing into the workspace, which lint and the tests read, but packages and bundles', () => {
    for (const [id, step] of steps) {
      expect(step, id).not.toMatch(/\b(?:cp|mv|tar|git|curl)\b[^\n]*(?:\/workspace| \.\/?\s*$)/m);
      // A named volume has to be mounted where it is used (cloud.google.com/build/docs/build-config-file-schema#volumes).
      expect([id, step.includes('volumes: [{ name: sdk, path: /sdk }]')]).toEqual([
        id,
        step.includes('/sdk/') || /, \/sdk\]/.test(step),
      ]);
    }
    expect(steps.get('tools')).toContain('args: [-r, /usr/lib/google-cloud-sdk, /sdk]');
  });
});

describe('Cloud Build', () => {
  test('checks everything at once, with Java 21 for the emulators, and changes nothing', () => {
    const steps = stepsOf(read(checks));
    expect(awaitedBy(steps, 'bundle')).toEqual(expect.arrayContaining(['verify', 'test-official', 'install', 'tools']));
    expect(awaitedBy(steps, 'tools')).toEqual(['"-"']);
    expect(steps.get('verify')).toMatch(/npm run verify$/m);
    expect(steps.get('test-official')).toContain('openjdk-21-jre-headless');
    expect(withoutComments(read(checks))).not.toMatch(/npm run (?:provision|deploy)\b|\bgcloud /);
  });

  test('checks as an account that may write its log and nothing else', () => {
    expect(read(checks)).toContain(`serviceAccounts/${checkAccount}@PROJECT.iam`);
    const granted = cloudBuildGrants.filter(({ to }) => 'account' in to && to.account === checkAccount);
    expect(granted.map(({ role }) => role)).toEqual(['roles/logging.logWriter']);
    expect(cloudBuildGrants.filter(({ on }) => 'account' in on && on.account === checkAccount)).toEqual([]);
  });

  test('deploys, as the account that may, only a commit whose checks have passed', () => {
    const text = read(deployment);
    expect(text).toContain(`serviceAccounts/${deployAccount}@PROJECT.iam`);
    const steps = stepsOf(text);
    expect([...steps.keys()]).toEqual(['checked', 'install', 'tools', 'provision', 'deploy']);
    // One after the other: nothing of the commit runs before its checks are known.
    expect(text).not.toContain('waitFor');
    expect(read(checks)).toContain('--name=metronome-checks ');
    expect(steps.get('checked')).toContain('triggers describe metronome-checks ');
    expect(steps.get('checked')).toContain('substitutions.COMMIT_SHA=$COMMIT_SHA');
    expect(steps.get('checked')).not.toContain('npm');
  });

  test('provisions and deploys by the options that the settings remember, and by none of its own', () => {
    const commands = [...read(deployment).matchAll(/npm run (?:provision|deploy) -- .*/g)].map(([command]) => command);
    expect(commands).toEqual([
      'npm run provision -- --project "$PROJECT_ID" --cloud-build',
      'npm run deploy -- --project "$PROJECT_ID"',
    ]);
  });
});
