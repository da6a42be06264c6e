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

function piecesOf(word: string): string[] {
  const characters = Array.from(word);
  return characters.flatMap((character, at) => {
    const next = characters[at + 1];
    if (next === undefined) return [];
    if (isUnspaced(character) || isUnspaced(next)) return [character + next];
    return [shortPiece, longPiece].flatMap((length) => {
      const piece = characters.slice(at, at + length);
      return piece.length === length && !piece.some(isUnspaced) ? [piece.join('')] : [];
    });
  });
}

/** Words of one or two characters where a word, or a run of such letters, begins; single ones where words have no beginnings. */
function beginningsOf(word: string): string[] {
  const characters = Array.from(word);
  return characters.flatMap((character, at) => {
    if (isUnspaced(character)) return [character];
    const before = characters[at - 1];
    if (before !== undefined && !isUnspaced(before)) return [];
    const next = characters[at + 1];
    return [next === undefined || isUnspaced(next) ? character : character + next];
  });
}
