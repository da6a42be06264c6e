/**
 * The form in which texts are compared when somebody searches: what people write in several ways is one.
 * Full and half width, upper and lower case, hiragana and katakana, long vowels, accents, and the dashes within an id. Pure.
 */

const dashes = /[-‐‑‒–—―−_.'’·・/#]/u;
/** Scripts that are written without blanks between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}々〆ヶー]/u;

/** `ｻｰﾊﾞｰ`, `サーバー` and `さーば` all become `サバ`; `Store-12` and `store 12` stay apart: `store12`, `store 12`. */
export function readingForm(text: string): string {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/gu, '')
    .normalize('NFC');
  let form = '';
  for (const character of plain) {
    if (unspaced.test(character)) {
      if (character === 'ー') continue;
      // A blank beside such a script separates nothing: 「レジ 端末」 is also written 「レジ端末」.
      if (form.endsWith(' ')) form = form.slice(0, -1);
      form += toKatakana(character);
    } else if (/[\p{L}\p{N}\p{M}]/u.test(character)) {
      form += character;
    } else if (!dashes.test(character) && form !== '' && !form.endsWith(' ') && !endsUnspaced(form)) {
      form += ' ';
    }
  }
  return form.trimEnd();
}

/** Whether a character belongs to a script without blanks: two of them say as much as a whole word elsewhere. */
export function isUnspaced(character: string): boolean {
  return unspaced.test(character);
}

const endsUnspaced = (form: string): boolean => unspaced.test(form.at(-1) ?? '');

function toKatakana(character: string): string {
  return character >= 'ぁ' && character <= 'ゖ' ? String.fromCharCode(character.charCodeAt(0) + 0x60) : character;
}
