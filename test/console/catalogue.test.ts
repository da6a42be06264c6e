import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import catalogue from '../../functions/console/catalogue.json' with { type: 'json' };
import { chooseLanguage, speak } from '../../functions/console/language.ts';
import { leaves } from '../../functions/console/policy.ts';
import { marks } from '../../functions/console/policy-marks.ts';
import { answerKinds, causeCategories, mitigationKinds, recurrenceRisks } from '../../functions/incidents/incident.ts';
import { correctableFields } from '../../functions/incidents/statements/corrections.ts';
import { statementSchema } from '../../functions/incidents/statements/statement-schemas.ts';
import { policy } from '../../functions/policy.ts';
import { actionKinds, actionStatuses } from '../../functions/postmortems/actions-rules.ts';
import said from '../../functions/words/said.json' with { type: 'json' };
import values from '../../functions/words/values.json' with { type: 'json' };

const texts: Record<string, string[]> = { ...catalogue, ...values, ...said };
const folder = join(import.meta.dirname, '../../functions/console');
const source = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');
const missing = (keys: string[]): string[] => keys.filter((key) => !Object.hasOwn(texts, key));
const named = (kind: string, values: readonly string[]): string[] => values.map((value) => `${kind}.${value}`);

test('every text is there in both languages, with the same places to fill in', () => {
  const places = (text = ''): string[] =>
    [...new Set(text.match(/\{\w+\}/g) ?? [])].filter((each) => each !== '{customer}');
  const wrong = Object.entries(texts).filter(
    ([, pair]) =>
      pair.length !== 2 ||
      pair.some((text) => text.trim() === '') ||
      places(pair[0]).toSorted().join() !== places(pair[1]).toSorted().join() ||
      /[\u3040-\u30ff\u4e00-\u9fff]/.test(pair[1] ?? ''),
  );
  expect(wrong).toEqual([]);
});

test('every value that people choose, and every kind of event, has a name', () => {
  const types = statementSchema.options.map((option) => option.shape.type.value);
  const wanted = [
    ...named('event', [...types, 'filed', 'signal-received', 'recovery-questioned', 'reopened', 'urgency-changed']),
    ...named('event', ['reclassified', 'answered', 'reminded', 'slot-closed', 'escalated', 'reviewed']),
    ...named('mitigation', mitigationKinds),
    ...named('cause', causeCategories),
    ...named('risk', recurrenceRisks),
    ...named('answer', answerKinds),
    ...named('actionKind', actionKinds),
    ...named('actionStatus', actionStatuses),
    ...named('channel', policy.cadence.countedChannels),
    ...named('field', correctableFields),
    ...named('impactWhy', Object.keys(policy.score.weights)),
    ...named('impact', Object.keys(policy.score.weights)),
  ];
  expect(missing(wanted)).toEqual([]);
});

test('every entry of the policy has a name: add it to functions/console/catalogue.json', () => {
  const paths = Object.entries(policy).flatMap(([name, value]) => [name, ...leaves(name, value).map(([path]) => path)]);
  expect(
    missing(named('policy', paths)).filter(
      (key) => !/^policy\.(zone|actions)$/.test(key) || !Object.hasOwn(texts, key),
    ),
  ).toEqual([]);
});

test('what carries a † in the policy carries one on its page: keep functions/console/policy-marks.ts in step', () => {
  const lines = readFileSync(join(import.meta.dirname, '../../functions/policy.ts'), 'utf8').split('\n');
  const path: string[] = [];
  const found: string[] = [];
  for (const line of lines.slice(lines.findIndex((each) => each.startsWith('export const policy')) + 1)) {
    if (line.startsWith('}')) break;
    const name = /^\s*(\w+):/.exec(line)?.[1];
    const code = line.replace(/\s*\/\/.*$/, '').trimEnd();
    const closes = /^\s*[}\]],?$/.test(code);
    const at = name ? [...path, name] : path;
    if (/\/\/ †/.test(line)) found.push(at.join('.'));
    if (closes) path.pop();
    else if (/[[{]$/.test(code)) path.push(name ?? '');
  }
  expect(found.toSorted()).toEqual([...marks].toSorted());
});

test('no text is left over', () => {
  // Names of values are put together from a kind and a value.
  const kinds = new Set([...source.matchAll(/(?:name|choicesOf)\(\s*(?:view, )?'(\w+)'/g)].map((match) => match[1]));
  const kept =
    /^(policy|detail|said|problem|field|board|nav|urgencyWhy|urgencyRule|actor|tool|slot|routing|impactWhy|event|connection|actionKind|actions|questions)\./;
  const unused = Object.keys(catalogue).filter(
    (key) => !kept.test(key) && !kinds.has(key.split('.')[0]) && !source.includes(`'${key}'`),
  );
  expect(unused).toEqual([]);
});

test('the language is the one chosen, else the browser’s first of ours, else Japanese', () => {
  expect(chooseLanguage('en', 'ja')).toBe('en');
  expect(chooseLanguage(undefined, 'fr, en-US;q=0.8, ja;q=0.9')).toBe('ja');
  expect(chooseLanguage(undefined, 'en-GB,en;q=0.9')).toBe('en');
  expect(chooseLanguage(undefined, 'ja;q=0, en;q=0.1')).toBe('en');
  expect(chooseLanguage('xx', undefined)).toBe('ja');
});

test('a customer is called what the policy calls one', () => {
  const words = speak('en', { ja: '顧客', en: 'tenant' });
  expect(words.t('board.nobodyWaits')).toBe('No tenants waiting');
  expect(words.name('nothing', 'as it is')).toBe('as it is');
});
