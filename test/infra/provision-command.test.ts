/** The commands as somebody types them, with a gcloud on the path that answers, notes what it was told, and does nothing. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { schedules } from '../../functions/topology.ts';
import { neededPermissions } from '../../infra/provision/accounts.ts';

const top = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'metronome-gcloud-'));
const told = join(directory, 'told');
const services = JSON.stringify([
  { metadata: { name: 'metronome-tickets', labels: { app: 'metronome' } } },
  { metadata: { name: 'metronome-api' } },
  { metadata: { name: 'their-shop' } },
]);
const jobs = JSON.stringify(
  schedules.map(({ name, topic }) => ({
    name: `projects/p/locations/r/jobs/${name}`,
    pubsubTarget: { topicName: `projects/p/topics/${topic}` },
  })),
);

/** What the account may do, as Google answers; empty: nothing. */
let held: readonly string[] = [];
let server: Server;
beforeAll(async () => {
  writeFileSync(
    join(directory, 'gcloud'),
    `#!/bin/sh
printf '%s\\n' "$*" >> ${told}
case "$*" in
  "auth list"*) echo '[{"account": "a@b.example"}]' ;;
  "auth print-access-token"*) echo token ;;
  "projects describe"*) echo '{"projectNumber": "424242"}' ;;
  "scheduler jobs list"*) echo '${jobs}' ;;
  "run services list"*) echo '${services}' ;;
  "logging sinks describe"*) echo '{}' ;;
  *) echo '[]' ;;
esac
`,
  );
  chmodSync(join(directory, 'gcloud'), 0o755);
  server = createServer((_, response) => response.end(JSON.stringify({ permissions: held })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => rmSync(told, { force: true }));
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true });
});

async function provision(args: string[], typed = ''): Promise<{ code: number | null; output: string; told: string[] }> {
  const command = ['infra/provision.ts', '--project', 'shop-incidents', '--region', 'asia-northeast1', ...args];
  const child = spawn(process.execPath, command, {
    cwd: top,
    env: {
      ...process.env,
      PATH: `${directory}:${process.env.PATH}`,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  child.stdin.end(typed);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  const commands = existsSync(told) ? readFileSync(told, 'utf8').trim().split('\n') : [];
  return { code, output, told: commands };
}

const changes = (commands: readonly string[]): string[] =>
  commands.filter((each) => /\b(?:create|enable|delete|update|add|add-iam-policy-binding)\b/.test(each));

describe('provisioning without the permissions', () => {
  test('names all that is missing and changes nothing', async () => {
    held = neededPermissions.filter((each) => !each.startsWith('secretmanager.'));
    const { code, output, told: commands } = await provision([]);
    expect(code).toBe(1);
    expect(output).toContain('Nothing was changed.');
    expect(output).toContain('a@b.example lacks, on shop-incidents: secretmanager.');
    expect(output).not.toContain('pubsub.topics.create');
    expect(changes(commands)).toEqual([]);
  });
});

describe('taking it down', () => {
  test('shows what would go, and asks nothing, on a dry run', async () => {
    const { code, output, told: commands } = await provision(['--destroy', '--dry-run']);
    expect(code).toBe(0);
    expect(output).toContain('- delete service      metronome-tickets');
    expect(output).toContain('Nothing was changed.');
    expect(changes(commands)).toEqual([]);
  });

  test.each(['', 'yes\n', 'shop-incident\n'])('changes nothing for %j', async (typed) => {
    const { code, output, told: commands } = await provision(['--destroy'], typed);
    expect(code).toBe(1);
    expect(output).toContain('That is not the project’s name. Nothing was changed.');
    expect(changes(commands)).toEqual([]);
  });

  test('deletes what is there of ours once the name is typed', async () => {
    const { code, output, told: commands } = await provision(['--destroy'], 'shop-incidents\n');
    expect(code, output).toBe(0);
    expect(changes(commands).map((each) => each.replace(/ --.*/, ''))).toEqual([
      ...schedules.map(({ name }) => `scheduler jobs delete ${name}`),
      'run services delete metronome-tickets',
    ]);
  });
});
