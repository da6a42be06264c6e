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

/** @param texts the most important first: where there are more grams than fit, the later texts have none */
export function gramsOf(texts: readonly string[], most: number): string[] {
  const grams = new Set<string>();
  for (const text of texts) {
    for (const word of readingForm(text).split(' ').map(spelt)) {
      for (const gram of [...beginningsOf(word), ...piecesOf(word)]) {
        if (grams.size >= most) return [...grams];
        grams.add(gram);
      }
    }
  }
  return [...grams];
}

/** Grams that every text with this word has, the most telling first. @param word in its reading form, without blanks */
export function gramsOfWord(word: string): string[] {
  const pieces = piecesOf(spelt(word));
  return pieces.length > 0 ? pieces.toSorted((one, other) => other.length - one.length) : [word];
}

type Spelt = ReturnType<typeof spelt>;

/** With a flag for each character: whether its script has no blanks. */
function spelt(word: string) {
  const characters = Array.from(word);
  return { characters, isUnspaced: characters.map(isUnspaced) };
}

function piecesOf({ characters, isUnspaced }: Spelt): string[] {
  const pieces: string[] = [];
  for (let at = 0; at + 1 < characters.length; at += 1) {
    let piece = characters[at] ?? '';
    if (isUnspaced[at] || isUnspaced[at + 1]) {
      pieces.push(piece + characters[at + 1]);
      continue;
    }
    for (let length = 2; length <= longPiece && isUnspaced[at + length - 1] === false; length += 1) {
      piece += characters[at + length - 1];
      if (length === shortPiece || length === longPiece) pieces.push(piece);
    }
  }
  return pieces;
}

/** Grams of one or two characters at the beginning of words or runs; single characters in scripts without word boundaries. */
function beginningsOf({ characters, isUnspaced }: Spelt): string[] {
  const beginnings: string[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    const isRun = (other: number): boolean => isUnspaced[at] === false && isUnspaced[other] === false;
    if (!isRun(at - 1)) beginnings.push(isRun(at + 1) ? character + characters[at + 1] : character);
  }
  return beginnings;
}
