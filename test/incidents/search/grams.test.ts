import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gramsOf, gramsOfWord } from '../../../functions/incidents/search/grams.ts';
import { readingForm } from '../../../functions/incidents/search/reading-form.ts';

const characters = Array.from('注文会計プリンターがのさabcxyz019Ｔ-_ ');
const text = fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength: 40 }).map((all) => all.join(''));

test('whatever is in a text without a gap is found by every gram of it', () => {
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), (whole, from, length) => {
      const form = readingForm(whole);
      const word =
        Array.from(form)
          .slice(from % (form.length || 1))
          .slice(0, 1 + (length % 12))
          .join('')
          .split(' ')[0] ?? '';
      // Of letters, two or fewer are found only where they begin a word: else every text would hold every pair.
      fc.pre(word !== '' && (/[^a-z0-9]/.test(word) || word.length >= 3));
      const grams = new Set(gramsOf([whole], 10_000));
      for (const gram of gramsOfWord(word)) expect(grams, `${gram} of ${word} in ${form}`).toContain(gram);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['two Japanese characters', '注文が通らない', '注文'],
  ['one', '鍵が開かない', '鍵'],
  ['one within', 'お店の鍵が開かない', '鍵'],
  ['two letters that begin a word', 'PC が起動しない', 'pc'],
  ['two letters after Japanese', '新しいPCが起動しない', 'pc'],
  ['a number of one digit', 'レジ 2 が動かない', '2'],
  ['the middle of a word', 'receipt printer', 'inter'],
])('%s', (_, title, word) => {
  const grams = gramsOf([title], 300);
  for (const gram of gramsOfWord(readingForm(word))) expect(grams).toContain(gram);
});

test('two letters within a word are not looked for', () => {
  expect(gramsOf(['printer'], 300)).not.toContain('ri');
});

test('a long word is told by its longest pieces first', () => {
  expect(gramsOfWord('printer').slice(0, 3)).toEqual(['print', 'rinte', 'inter']);
});

test('where there are more than fit, the first texts have theirs', () => {
  const grams = gramsOf(['M-7K2QXB', 'あ'.repeat(1) + 'いうえおかきくけこ'.repeat(40), 'zzzzz'], 30);
  expect(grams).toHaveLength(30);
  expect(grams).toContain('m7k2q');
  expect(grams).not.toContain('zzzzz');
});

test.each<[string, string[], string[]]>([
  // Beginnings of words and runs first, then pieces: two characters beside Japanese, three and five of letters.
  ['鍵', ['鍵'], ['鍵']],
  ['a', ['a'], ['a']],
  ['abc', ['ab', 'abc'], ['abc']],
  ['abcdef', ['ab', 'abc', 'abcde', 'bcd', 'bcdef', 'cde', 'def'], ['abcde', 'bcdef', 'abc', 'bcd', 'cde', 'def']],
  ['鍵と2台', ['鍵', 'ト', '2', '台', '鍵ト', 'ト2', '2台'], ['鍵ト', 'ト2', '2台']],
])('%s has these, and is asked for by these', (text, grams, asked) => {
  expect(gramsOf([text], 300)).toEqual(grams);
  expect(gramsOfWord(readingForm(text))).toEqual(asked);
});

test('as many as fit, each once', () => {
  const most = (count: number) => gramsOf(['abc', 'abc', 'de'], count);
  expect([most(0), most(1), most(2), most(3), most(4)]).toEqual([
    [],
    ['ab'],
    ['ab', 'abc'],
    ['ab', 'abc', 'de'],
    ['ab', 'abc', 'de'],
  ]);
});
