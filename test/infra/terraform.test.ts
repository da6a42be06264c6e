/**
 * The plan as Terraform configuration: every argument is one that the provider knows, everything required is there, every reference
 * leads to a resource, and nothing of the plan is left out. `terraform validate` says the same where the provider may be downloaded.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { subscriptions, topics } from '../../functions/topology.ts';
import { accounts, apis, cloudBuildAccounts, cloudBuildGrants, grants } from '../../infra/provision/accounts.ts';
import { burns, objectives } from '../../infra/provision/objectives.ts';
import { terraformOf } from '../../infra/provision/terraform.ts';
import { watches } from '../../infra/provision/watch.ts';
import { functions, gauges, schedules, secretNames } from '../../infra/topology.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

type Schema = { [argument: string]: true | Schema };
type Block = Record<string, unknown>;

const [, ...resourceLines] = read('test/fixtures/terraform-google.jsonl').trim().split('\n');
const schemas: Record<string, Schema> = Object.assign({}, ...resourceLines.map((line) => JSON.parse(line)));
const target = { project: 'shop', region: 'asia-northeast1', operatorEmail: 'a@b.example', database: '(default)' };
const written = (more: object = {}) =>
  JSON.parse(terraformOf({ ...target, hasCloudBuild: true, staysInRegion: false, ...more })) as {
    resource: Record<string, Record<string, Block>>;
  };
const { resource } = written();
const everyResource = (resources = resource) =>
  Object.entries(resources).flatMap(([type, all]) =>
    Object.entries(all).map(([name, block]) => ({ type, name, block })),
  );

/** What the provider would complain of. */
function complaints(value: unknown, schema: true | Schema, at: string): string[] {
  if (schema === true) return [];
  const blocks = Array.isArray(value) ? value : [value];
  return blocks.flatMap((each: Block) => [
    ...Object.entries(each).flatMap(([key, inner]) => {
      if (key === 'depends_on') return [];
      const known = schema[key] ?? schema[`*${key}`];
      return known === undefined ? [`${at}.${key} is not known`] : complaints(inner, known, `${at}.${key}`);
    }),
    ...Object.keys(schema)
      .filter((key) => key.startsWith('*') && !(key.slice(1) in each))
      .map((key) => `${at}${key.replace('*', '.')} is required`),
  ]);
}

describe.each([
  ['usually', {}],
  ['in its region', { staysInRegion: true, database: 'metronome', operatorEmail: undefined, hasCloudBuild: false }],
])('the configuration, %s', (_, more) => {
  const all = everyResource(written(more).resource);

  test('has arguments that the provider knows, and those that it requires', () => {
    const wrong = all.flatMap(({ type, name, block }) => complaints(block, schemas[type] ?? {}, `${type}.${name}`));
    expect(wrong).toEqual([]);
  });

  test('refers to what is there', () => {
    const there = new Set(all.map(({ type, name }) => `${type}.${name}`));
    const text = JSON.stringify(all).replaceAll(/[$%]{2}\{/g, '');
    const named = [...text.matchAll(/\$\{(?!data\.google_project\.metronome\.number\}|var\.alerts_token\})([^}]*)\}/g)];
    const needed = all.flatMap(({ block }) => (block.depends_on ?? []) as string[]);
    const lost = [...named.map(([, to = '']) => to.replace(/\.\w+$/, '')), ...needed].filter((to) => !there.has(to));
    expect(lost).toEqual([]);
    expect(named.length).toBeGreaterThan(50);
  });
});

test('a wrong argument, and one that is missing, would be seen', () => {
  const schema = schemas.google_pubsub_subscription ?? {};
  const block = { name: 'x', push_config: { endpoint: 'y' } };
  expect(complaints(block, schema, 's')).toEqual([
    's.push_config.endpoint is not known',
    's.push_config.push_endpoint is required',
    's.topic is required',
  ]);
});

test.each<[string, number]>([
  ['google_project_service', apis.length],
  ['google_service_account', accounts.length + cloudBuildAccounts.length],
  ['google_secret_manager_secret', secretNames.length],
  ['google_pubsub_topic', Object.keys(topics).length],
  ['google_pubsub_subscription', subscriptions.length],
  ['google_cloud_scheduler_job', schedules.length],
  ['google_monitoring_metric_descriptor', gauges.length],
  ['google_monitoring_notification_channel', 3],
  ['google_monitoring_uptime_check_config', functions.filter(({ trigger }) => trigger === 'public').length],
  ['google_monitoring_slo', objectives.length],
  ['google_monitoring_alert_policy', watches.length + burns.length],
  ['google_firestore_index', JSON.parse(read('firestore.indexes.json')).indexes.length],
  ['google_firestore_field', JSON.parse(read('firestore.indexes.json')).fieldOverrides.length],
])('all of them: %s', (type, count) => {
  expect(Object.keys(resource[type] ?? {})).toHaveLength(count);
});

test('every grant is made, and by its own name', () => {
  const made = everyResource().filter(({ type }) => type.endsWith('_iam_member'));
  expect(made).toHaveLength(grants.length + cloudBuildGrants.length);
});

test('nothing ticks or alerts before a deployment has been tried', () => {
  for (const each of Object.values(resource.google_cloud_scheduler_job ?? {})) expect(each.paused).toBe(true);
  for (const each of Object.values(resource.google_monitoring_alert_policy ?? {})) expect(each.enabled).toBe(false);
});

test('the project’s number is asked for, and no secret is in it', () => {
  const text = terraformOf({ ...target, hasCloudBuild: true, staysInRegion: false });
  expect(text).toContain(
    'https://metronome-alerts-${data.google_project.metronome.number}.asia-northeast1.run.app/alerts',
  );
  expect(text).not.toContain('9000000000001');
  expect(JSON.parse(text).variable.alerts_token.sensitive).toBe(true);
});
