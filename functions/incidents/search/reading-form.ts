/**
 * The form in which texts are compared when somebody searches: what people write in several ways is one.
 * Full and half width, upper and lower case, hiragana and katakana, long vowels, accents, and the dashes within an id. Pure.
 */

const dashes = /[-‐‑‒–—―−_.'’·・/#]/u;
const letters = /[\p{L}\p{N}\p{M}]/u;
/** Without any of these characters, no accent can be lost. */
const accented = /[\u00c0-\u2e7f\u{10000}-\u{10ffff}]/u;
/** Scripts that are written without blanks between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}々〆ヶー]/u;

/** `ｻｰﾊﾞｰ`, `サーバー` and `さーば` all become `サバ`; `Store-12` and `store 12` stay apart: `store12`, `store 12`. */
export function readingForm(text: string): string {
  const small = text.normalize('NFKC').toLowerCase();
  const plain = accented.test(small)
    ? small
        .normalize('NFD')
        .replace(/[\u0300-\u036f]/gu, '')
        .normalize('NFC')
    : small;
  // A list rather than a text, since looking at the end of a growing text copies it each time.
  const form: string[] = [];
  for (const character of plain) {
    const last = form.at(-1) ?? ' ';
    if (isUnspaced(character)) {
      if (character === 'ー') continue;
      // A blank beside such a script separates nothing: 「レジ 端末」 is also written 「レジ端末」.
      if (last === ' ') form.pop();
      form.push(toKatakana(character));
    } else if (letters.test(character)) {
      form.push(character);
    } else if (last !== ' ' && !isUnspaced(last) && !dashes.test(character)) {
      form.push(' ');
    }
  }
  return form.join('').trimEnd();
}

/** Whether a character belongs to a script without blanks: two of them say as much as a whole word elsewhere. */
export function isUnspaced(character: string): boolean {
  // Latin letters, kanji and kana, which are nearly all that is asked, need no search of a table.
  if (character < '\u2e80') return false;
  return isKanjiOrKana(character) || unspaced.test(character);
}

const isKanjiOrKana = (character: string): boolean =>
  (character >= '\u4e00' && character <= '\u9fff') || (character >= 'ァ' && character <= 'ヺ');

const toKatakana = (character: string): string =>
  character >= 'ぁ' && character <= 'ゖ' ? String.fromCharCode(character.charCodeAt(0) + 0x60) : character;
