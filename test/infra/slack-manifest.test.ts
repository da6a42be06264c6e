/** The app's manifest asks for what the code calls, and for no more. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scopesByMethod, slackManifest } from '../../infra/docs/slack-manifest.ts';
import { methods } from '../../infra/stubs/slack/methods.ts';

const top = join(import.meta.dirname, '../..');

test('docs/how-to/connect/slack-manifest.json is what the code writes (else: npm run docs)', () => {
  expect(JSON.parse(readFileSync(join(top, 'docs/how-to/connect/slack-manifest.json'), 'utf8'))).toEqual(
    slackManifest(),
  );
});

test('every method that is called has its scopes, and a stub on this machine', () => {
  const code = globSync('functions/{slack,outgoing/slack}/*.ts', { cwd: top }).map((path) =>
    readFileSync(join(top, path), 'utf8'),
  );
  const called = code.flatMap((text) => [...text.matchAll(/client\.(\w+\.\w+)\(/g)].map((match) => match[1] ?? ''));
  expect([...new Set(called)].sort()).toEqual(Object.keys(scopesByMethod).sort());
  expect(Object.keys(methods).sort()).toEqual(Object.keys(scopesByMethod).sort());
});

test('a person who acts where an answer has no place can be written to, and nobody writes where nobody reads', () => {
  expect(slackManifest()).toMatchObject({
    features: { app_home: { messages_tab_enabled: true, messages_tab_read_only_enabled: true } },
  });
});

test('is within Slack’s lengths', () => {
  // biome-ignore lint/suspicious/noExplicitAny: the manifest's own shape
  const manifest = slackManifest() as any;
  expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
  expect(manifest.features.shortcuts.length).toBeLessThanOrEqual(10);
  for (const { name } of manifest.features.shortcuts) expect(name.length).toBeLessThanOrEqual(24);
  expect(manifest.settings.interactivity.request_url).toMatch(/\/slack\/interactions$/);
  expect(manifest.features.slash_commands[0].url).toMatch(/\/slack\/commands$/);
});
