import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isOurs, leaves } from '../../functions/console/policy.ts';
import type { Drill } from '../../functions/incidents/drills/drill.ts';
import { emergencyRoles, emergencyRules } from '../../functions/incidents/emergency/emergency.ts';
import { eventTypes, outcomes } from '../../functions/incidents/facts/events.ts';
import { answerKinds, causeCategories, mitigationKinds, recurrenceRisks } from '../../functions/incidents/incident.ts';
import type { UpdateState } from '../../functions/incidents/outbox/sending.ts';
import { correctableFields } from '../../functions/incidents/statements/corrections.ts';
import type { ChannelConfig } from '../../functions/outgoing/channels/channel.ts';
import type { StopReason } from '../../functions/outgoing/notion/page-records.ts';
import { noticeKinds } from '../../functions/platform/notice-schemas.ts';
import { policy } from '../../functions/policy.ts';
import { actionKinds, actionStatuses } from '../../functions/postmortems/actions-rules.ts';
import { meetingParts } from '../../functions/postmortems/meeting.ts';
import { speak } from '../../functions/words/speech.ts';
import { consoleTexts } from '../../functions/words/texts/console.ts';
import { incidentTexts } from '../../functions/words/texts/incident-page.ts';
import { headings } from '../../functions/words/texts/notices.ts';
import { policyTexts } from '../../functions/words/texts/policy-page.ts';
import { reviewTexts } from '../../functions/words/texts/review-pages.ts';
import { valueTexts } from '../../functions/words/texts/values.ts';

const catalogue = { ...consoleTexts, ...incidentTexts, ...reviewTexts, ...policyTexts };
const texts = { ...catalogue, ...valueTexts };
const folder = join(import.meta.dirname, '../../functions/console');
const source = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');
const missing = (keys: string[]): string[] => keys.filter((key) => !Object.hasOwn(texts, key));
const named = (kind: string, values: readonly string[]): string[] => values.map((value) => `${kind}.${value}`);

// An addition to one of these does not compile until it is here as well.
const updateStates = { sending: 0, sent: 0, failed: 0, unknown: 0, 'by-hand': 0 } satisfies Record<UpdateState, 0>;
const channelKinds = {
  inbox: 0,
  slack: 0,
  'slack-app': 0,
  'google-chat': 0,
  teams: 0,
  mail: 0,
  pagerduty: 0,
  webhook: 0,
} satisfies Record<ChannelConfig['kind'], 0>;
const drillStates = { running: 0, done: 0, stopped: 0 } satisfies Record<Drill['state'], 0>;
const notionTroubles = { away: 0, refused: 0, gone: 0, databases: 0, token: 0, failed: 0 } satisfies Record<
  StopReason,
  0
>;

test('every kind of notice has a heading', () => {
  expect(noticeKinds.filter((kind) => !headings[kind].ja || !headings[kind].en)).toEqual([]);
});

test('every part of a meeting has a name', () => {
  expect(missing(named('agenda', meetingParts))).toEqual([]);
});

test('every value that people choose, and every kind of event, has a name', () => {
  const wanted = [
    ...named('event', eventTypes),
    // A deadline that never was is shown nowhere.
    ...named(
      'slot',
      outcomes.filter((each) => each !== 'void'),
    ),
    ...named('emergencyRule', emergencyRules),
    ...named('emergencyRuleShort', emergencyRules),
    ...named('emergencyEnd', ['recovered', 'not-occurring', 'linked', 'fact-changed']),
    ...named('role', emergencyRoles),
    ...named('updateState', Object.keys(updateStates)),
    ...named('drillState', Object.keys(drillStates)),
    ...named('notionTrouble', Object.keys(notionTroubles)),
    ...named('channelKind', Object.keys(channelKinds)),
    ...named('pageAction', ['trigger', 'acknowledge', 'resolve']),
    ...named('mitigation', mitigationKinds),
    ...named('cause', causeCategories),
    ...named('risk', recurrenceRisks),
    ...named('answer', answerKinds),
    ...named('actionKind', actionKinds),
    ...named('actionStatus', actionStatuses),
    ...named('channel', policy.cadence.countedChannels),
    ...named(
      'field',
      correctableFields.map((field) => field.replace('impact.', '')),
    ),
    ...named('impactWhy', Object.keys(policy.score.weights)),
    ...named('impact', Object.keys(policy.score.weights)),
  ];
  expect(missing(wanted)).toEqual([]);
});

test('every entry of the policy has a name: add it to functions/words/texts/policy-page.ts', () => {
  const paths = Object.entries(policy).flatMap(([name, value]) => [name, ...leaves(name, value).map(([path]) => path)]);
  expect(
    missing(named('policy', paths)).filter(
      (key) => !/^policy\.(zone|actions)$/.test(key) || !Object.hasOwn(texts, key),
    ),
  ).toEqual([]);
});

test('what carries a † in the policy carries one on its page: keep functions/console/policy.ts in step', () => {
  const lines = readFileSync(join(import.meta.dirname, '../../functions/policy.ts'), 'utf8').split('\n');
  const path: string[] = [];
  const found: string[] = [];
  for (const line of lines.slice(lines.findIndex((each) => each.startsWith('export const defaults')) + 1)) {
    if (line.startsWith('}')) break;
    const name = /^\s*(\w+)(?::|,)/.exec(line)?.[1];
    const code = line.replace(/\s*\/\/.*$/, '').trimEnd();
    const closes = /^\s*[}\]],?$/.test(code);
    const at = name ? [...path, name] : path;
    if (/\/\/ †/.test(line)) found.push(at.join('.'));
    if (closes) path.pop();
    else if (/[[{]$/.test(code)) path.push(name ?? '');
  }
  const isMarked = (entry: string): boolean => found.some((mark) => entry === mark || entry.startsWith(`${mark}.`));
  const entries = Object.entries(policy).flatMap(([name, value]) => leaves(name, value).map(([entry]) => entry));
  expect(entries.filter(isOurs)).toEqual(entries.filter(isMarked));
});

test('no text is left over', () => {
  // Names of values are put together from a kind and a value.
  const used = /(?:name|choicesOf)\(\s*(?:view, )?'(\w+)'|maybe\(`(\w+)\.\$/g;
  const kinds = new Set([...source.matchAll(used)].map(([, name, part]) => name ?? part));
  const kept =
    /^(policy|detail|said|problem|field|board|nav|place|urgencyWhy|urgencyRule|actor|tool|slot|routing|impactWhy|event|connection|actionKind|actions|questions)\./;
  const unused = Object.keys(catalogue).filter(
    (key) => !kept.test(key) && !kinds.has(key.split('.')[0]) && !source.includes(`'${key}'`),
  );
  expect(unused).toEqual([]);
});

test('a customer is called what the policy calls one', () => {
  const words = speak({ language: 'en', policy: { customerLabel: { ja: '顧客', en: 'tenant' } } });
  expect(words.t('board.nobodyWaits')).toBe('No tenants waiting');
  expect(words.name('nothing', 'as it is')).toBe('as it is');
});
