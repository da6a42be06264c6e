/**
 * Ids, names and titles from outside: one line, in which nothing is hidden and every character is where it is seen. What is
 * drawn as nothing goes. A variation selector stays after its character (葛󠄀), and a joiner within a script that needs it
 * (RFC 5892, A.1 and A.2) or an emoji (UTS #51). Pure.
 */

const breaks = /[\t\n\v\f\r\u0085\u2028\u2029\u2800]/g;
const selector = '[\\u180B-\\u180D\\uFE00-\\uFE0F\\u{E0100}-\\u{E01EF}]';
const unseen = new RegExp(`(?![\\u200C\\u200D]|${selector})[\\p{DI}\\p{Cc}\\uFFF9-\\uFFFB]`, 'gu');
const repeated = new RegExp(`(?<=${selector})${selector}`, 'gu');

const scripts = 'Arab Syrc Mong Nkoo Beng Deva Gujr Guru Knda Mlym Orya Sinh Taml Telu Khmr Mymr'.split(' ');
const joining = `[${scripts.map((each) => `\\p{sc=${each}}`).join('')}]`;
const emoji = '[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F](?=\\u200D\\p{Extended_Pictographic})';
const joiners = new RegExp(`(?<!${joining})\\u200C|(?<!${joining}|${emoji})\\u200D`, 'gu');

/** At most this many characters; the last one marks a cut. */
export const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1).toWellFormed()}…` : text;

export const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(breaks, ' ')
    .replace(unseen, '')
    .replace(repeated, '')
    .replace(joiners, '')
    .replace(/\s{2,}/g, ' ')
    .trim();

const opening = '[({<【〔〖〘〚「『《〈⦅＜［（｛｟';
const closing = '\\])}>】〕〗〙〛」』》〉⦆＞］）｝｠';
/** The text within one or more pairs of brackets. Bounded, since a title may be a megabyte of them. */
const bracketed = new RegExp(
  `((?:[${opening}] ?){1,5})([^${opening}${closing}]{1,40}?)((?: ?[${closing}]){1,5})`,
  'gu',
);
const drill =
  /^(?:(?:これは)?(?:障害|障害対応|緊急|防災|避難)?(?:訓練|訓练|训练|くんれん|クンレン)(?:中|用|です|実施中)?|(?:thisisa)?(?:fire)?drill)[!.。:#\d-]*$/;
const isDrillMark = (within: string): boolean => drill.test(within.normalize('NFKC').toLowerCase().replace(/\s/g, ''));

/** A name or title. Drill marks written by others (【訓練】, [DRILL]) are removed: a real drill has a tag. */
export function nameLine(text: string): string {
  const line = oneLine(text);
  let kept = line;
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const next = oneLine(kept.replace(bracketed, withoutMark).replace(placeholder, '{ '));
    if (next === kept) return kept || wordsOf(line);
    kept = next;
  }
  return wordsOf(line);
}

/** A ticket tool would fill in what looks like its placeholder, and refuse the update that quotes it. */
const placeholder = /\{(?=[{%])/g;

/** Marks may be nested; a title that nests more of them than this is dropped. */
const mostPasses = 10;
const wordsOf = (line: string): string => oneLine(line.replace(/[^\p{L}\p{N} ]/gu, ''));

function withoutMark(whole: string, open: string, within: string, close: string): string {
  if (!isDrillMark(within)) return whole;
  const [before, after] = [open.replaceAll(' ', ''), close.replaceAll(' ', '')];
  // Keeps brackets that enclose more than the mark.
  return `${before.slice(0, Math.max(0, before.length - after.length))} ${after.slice(before.length)}`;
}
