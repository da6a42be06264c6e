/** What an incident is found by, and how a code is read that somebody has said or typed. */
import { expect, test } from 'vitest';
import { codeOf, type Incident } from '../../../functions/incidents/incident.ts';
import { readingForm } from '../../../functions/incidents/search/reading-form.ts';
import { holdsWords, lastSegmentOf, readCode, searchGrams } from '../../../functions/incidents/search/searchable.ts';
import { policy } from '../../../functions/policy.ts';
import { at, incidentAt } from '../rhythm/rhythm.ts';

const incident: Incident = {
  ...incidentAt(at('24 10:00')),
  title: '会計端末が再起動する',
  origin: {
    tool: 'zendesk',
    id: 'ticket-9120',
    url: 'https://acme.example/agent/tickets/SUP-31?tab=1',
    area: 'checkout',
  },
  ticketUrls: ['https://jira.example/browse/OPS-77'],
  reporter: { id: 'reporter-5', name: '本部' },
  affectedCustomers: [{ id: 'store-12', name: '渋谷店' }, { id: 'store-13' }],
};
const finds = (word: string, of: Incident = incident): boolean => holdsWords(of, [readingForm(word)]);

test.each([
  codeOf(incident.id),
  'ticket-9120',
  'SUP-31',
  'OPS-77',
  '再起動',
  'checkout',
  'reporter-5',
  '本部',
  'store-12',
  '渋谷店',
  'store-13',
])('%s', (word) => {
  expect(finds(word)).toBe(true);
  // What is held is found: the store is asked for its grams.
  const grams = searchGrams(incident, policy);
  expect(grams.some((gram) => readingForm(word).includes(gram))).toBe(true);
});

test('every word has to be in one of its texts, and nothing but these is held to be found: the details too', () => {
  const words = (...all: string[]) => holdsWords(incident, all.map(readingForm));
  expect([words('渋谷店', '再起動'), words('渋谷店', '停電'), words()]).toEqual([true, false, true]);
  const said = { ...incident, description: '画面の説明' } as Incident;
  expect([finds('画面の説明', said), finds('acme', said)]).toEqual([true, false]);
});

test('what is about no trouble is not kept to be found', () => {
  const outside = { ...incident, kind: 'outside' } as Incident;
  expect([searchGrams(outside, policy), finds('渋谷店', outside)]).toEqual([[], false]);
});

test('where there is more than fits, what people search by most comes first', () => {
  const narrow = { ...policy, find: { ...policy.find, mostGrams: 8 } };
  const grams = searchGrams(incident, narrow);
  expect(grams).toHaveLength(8);
  const code = readingForm(codeOf(incident.id));
  expect(grams.every((gram) => code.includes(gram) || readingForm('ticket-9120').includes(gram))).toBe(true);
});

test.each([
  ['M-7K2QXB', 'M-7K2QXB'],
  ['m 7k2 qxb', 'M-7K2QXB'],
  ['7k2qxb', 'M-7K2QXB'],
  ['Ｍ－７Ｋ２ＱＸＢ', 'M-7K2QXB'],
  ['M-OOIL1O', 'M-001110'],
  ['MMMMMMM', 'M-MMMMMM'],
  ['M7K2QX', 'M-M7K2QX'],
  ...['ABCDEFGH', 'JKMNPQRS', 'TVWXYZ01', '23456789'].map((each): [string, string] => [
    each.slice(2),
    `M-${each.slice(2)}`,
  ]),
  ...['ABCDEF', 'JKMNPQ', 'TVWXYZ'].map((each): [string, string] => [each, `M-${each}`]),
  ['M-7K2QXU', undefined],
  ['7K2QX', undefined],
  ['X-7K2QXB', undefined],
  ['7K2QXB12', undefined],
  ['', undefined],
])('the code %s is %s', (said, code) => {
  expect(readCode(said)).toBe(code);
});

test.each([
  ['https://a.example/browse/OPS-77', 'OPS-77'],
  ['https://a.example/tickets/12/', '12'],
  ['https://a.example/tickets/12?x=/y', '12'],
  ['https://a.example/tickets/12#z', '12'],
  [undefined, undefined],
])('the last part of %s is %s', (url, last) => {
  expect(lastSegmentOf(url)).toBe(last);
});
