/**
 * Grams: the short pieces by which a store that knows only equality finds a text. Pure.
 *
 * Where words are written without blanks, a piece is two characters. Elsewhere two say too little: there it is three, and
 * five for what is long enough, since one in a thousand texts has a given five and one in fifty a given three.
 * A word of fewer characters than that is a piece by itself where it begins a word.
 */
import { isUnspaced, readingForm } from './reading-form.ts';

const shortPiece = 3;
const longPiece = 5;

/**
 * The grams of what an incident is found by.
 * @param texts the most important first: where there are more grams than fit, the later texts have none
 */
export function gramsOf(texts: readonly string[], most: number): string[] {
  const grams = new Set<string>();
  for (const text of texts) {
    for (const word of readingForm(text).split(' ')) {
      for (const gram of [...beginningsOf(word), ...piecesOf(word)]) {
        if (grams.size >= most) return [...grams];
        grams.add(gram);
      }
    }
  }
  return [...grams];
}

/**
 * Grams that a text has for certain which holds this word, the most telling first.
 * @param word in its reading form, without blanks
 */
export function gramsOfWord(word: string): string[] {
  const pieces = piecesOf(word);
  return pieces.length > 0 ? pieces.toSorted((one, other) => other.length - one.length) : [word];
}

// Every ticket comes through these two: they make one list, and none within it.
function piecesOf(word: string): string[] {
  const characters = Array.from(word);
  const alone = characters.map(isUnspaced);
  const pieces: string[] = [];
  for (let at = 0; at + 1 < characters.length; at += 1) {
    let piece = characters[at] ?? '';
    if (alone[at] || alone[at + 1]) pieces.push(piece + characters[at + 1]);
    for (let length = 2; length <= longPiece && alone[at + length - 1] === false && !alone[at]; length += 1) {
      piece += characters[at + length - 1];
      if (length === shortPiece || length === longPiece) pieces.push(piece);
    }
  }
  return pieces;
}

/** Words of one or two characters where a word, or a run of such letters, begins; single ones where words have no beginnings. */
function beginningsOf(word: string): string[] {
  const characters = Array.from(word);
  const beginnings: string[] = [];
  let isWithin = false;
  for (const [at, character] of characters.entries()) {
    const isAlone = isUnspaced(character);
    const next = characters[at + 1];
    if (isAlone) beginnings.push(character);
    else if (!isWithin) beginnings.push(next === undefined || isUnspaced(next) ? character : character + next);
    isWithin = !isAlone;
  }
  return beginnings;
}
