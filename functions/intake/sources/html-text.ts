/**
 * HTML as readable text, in one pass over htmlparser2's tokens. Its tokenizer keeps no tree and no stack of open
 * elements, so the time is linear in the length; its own parser, which keeps one, took 34 s over 100,000 open
 * elements with 100,000 ends of others. Layout beyond lines and lists is not needed.
 */
import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';

const words = (text: string): Set<string> => new Set(text.split(' '));

/** Elements that end a line. */
const blocks = words(
  'address article aside blockquote center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul',
);
/** Elements that are separate from what surrounds them. */
const apart = words('blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul');
/** Elements whose content is not shown. */
const silent = words('head noscript object script style svg template title');
const others = words(
  'a abbr b bdi bdo big body br button caption cite code col colgroup details em font html i img input ins kbd label link mark meta o:p q s samp small span strike strong sub summary sup td th time tt u var wbr',
);
const isElement = (name: string): boolean =>
  blocks.has(name) || silent.has(name) || others.has(name) || /^[a-z][a-z\d]*[:-][a-z\d:-]*$/.test(name);

/** HTML as its reader would see it. Where no tag shows that a text is HTML, entities are decoded and its lines stay. */
export function plainText(text: string): string {
  if (hasTags(text)) return htmlToText(text);
  if (!/&(?:nbsp|amp|lt|gt|quot|#\d{1,7}|#x[\da-f]{1,6});/i.test(text)) return text;
  return write(text.replaceAll('<', '&lt;'), true);
}

/**
 * Whether a text is HTML rather than plain text that happens to hold a sign: it has an end tag or a start tag of an
 * element of HTML. “amount <b and c> d” has none: a tag's attributes have values.
 */
function hasTags(text: string): boolean {
  if (/<!--|<!doctype\b/i.test(text)) return true;
  const tag = /<\/?([a-z][a-z\d:]{0,15})(?:\s{0,9}\/?>|\s{1,9}[a-z_:][\w:.-]{0,40}\s{0,9}=)/gi;
  for (const [, name] of text.matchAll(tag)) if (isElement((name ?? '').toLowerCase())) return true;
  return false;
}

/** The text that a reader of the HTML would see: a line for each block, “- ” before items, addresses of links kept. */
export const htmlToText = (html: string): string => write(html, false);

function write(html: string, isPlain: boolean): string {
  const page = new TextPage(html, isPlain);
  const tokenizer = new Tokenizer({ decodeEntities: true }, page);
  tokenizer.write(html);
  tokenizer.end();
  return page.text();
}

/** What the tokenizer meets, written as lines. */
class TextPage implements TokenizerCallbacks {
  readonly #html: string;
  readonly #lines: string[] = [];
  #line: string[] = [];
  /** The line's last character: blanks are joined across tags. */
  #last = '';
  #isPreformatted: boolean;
  /** For each silent element, the position of its last end tag: an element that is never closed counts as text. */
  readonly #lastEnds = new Map<string, number>();
  #silence: string | undefined;
  #tag: { name: string; from: number; attributes: Map<string, string> } | undefined;
  #attribute = '';
  #value: string[] = [];
  #link: { href: string; lineCount: number; from: number } | undefined;

  constructor(html: string, isPlain: boolean) {
    this.#html = html;
    this.#isPreformatted = isPlain;
    for (const { 1: name = '', index } of html.matchAll(/<\/([a-z]{1,8})(?=[\s/>])/gi)) {
      if (silent.has(name.toLowerCase())) this.#lastEnds.set(name.toLowerCase(), index);
    }
  }

  text(): string {
    if (this.#line.length > 0) this.#endLine();
    return this.#lines
      .join('\n')
      .replaceAll('\u00a0', ' ')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
  }

  ontext(start: number, end: number): void {
    this.#write(this.#html.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.#write(characterOf(codepoint));
  }

  onopentagname(start: number, end: number): void {
    const name = this.#html.slice(start, end).toLowerCase();
    this.#tag = { name, from: start - 1, attributes: new Map() };
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.#html.slice(start, end).toLowerCase();
    this.#value = [];
  }

  onattribdata(start: number, end: number): void {
    this.#value.push(this.#html.slice(start, end));
  }

  onattribentity(codepoint: number): void {
    this.#value.push(characterOf(codepoint));
  }

  onattribend(): void {
    const attributes = this.#tag?.attributes;
    if (attributes && !attributes.has(this.#attribute) && (this.#attribute === 'href' || this.#attribute === 'alt')) {
      attributes.set(this.#attribute, this.#value.join(''));
    }
  }

  onopentagend(end: number): void {
    this.#open(end, false);
  }

  onselfclosingtag(end: number): void {
    this.#open(end, true);
  }

  onclosetag(start: number, end: number): void {
    const name = this.#html.slice(start, end).toLowerCase();
    if (this.#silence === name) this.#silence = undefined;
    if (this.#silence !== undefined) return;
    if (name === 'br') this.#endLine();
    else if (name === 'td' || name === 'th') this.#put(' ');
    else if (name === 'a') this.#closeLink();
    else this.#breakAt(name, true);
  }

  /** An unfinished tag at the end counts as text. */
  onend(): void {
    if (this.#tag) this.#write(this.#html.slice(this.#tag.from));
  }

  oncdata(start: number, end: number): void {
    this.ontext(start, end);
  }

  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}

  #open(end: number, isEmpty: boolean): void {
    const tag = this.#tag;
    this.#tag = undefined;
    if (!tag || this.#silence !== undefined) return;
    const { name, from, attributes } = tag;
    if (silent.has(name)) {
      if (!isEmpty && (this.#lastEnds.get(name) ?? -1) > end) this.#silence = name;
    } else if (!isElement(name) && !/^[a-z][a-z\d]{0,15}$/.test(name)) {
      // An address in pointed brackets, or a sign of comparison.
      this.#write(this.#html.slice(from, end + 1));
    } else if (name === 'br') {
      this.#endLine();
    } else if (name === 'img') {
      const alt = attributes.get('alt');
      if (alt) this.#write(`[${alt}]`);
    } else if (name === 'a') {
      this.#link = { href: attributes.get('href') ?? '', lineCount: this.#lines.length, from: this.#line.length };
    } else {
      this.#breakAt(name, false);
    }
  }

  #breakAt(name: string, isEnd: boolean): void {
    if (!blocks.has(name)) return;
    if (name === 'pre') this.#isPreformatted = !isEnd;
    if (this.#line.length > 0) this.#endLine();
    if (apart.has(name) && this.#lines.at(-1) !== '') this.#lines.push('');
    if (name === 'li' && !isEnd) this.#put('- ');
  }

  /** A link whose text is not its address keeps both: support has to be able to open it. */
  #closeLink(): void {
    const link = this.#link;
    this.#link = undefined;
    const address = link?.href.trim();
    if (!link || !address || address.length > 2_000 || !/^(?:https?:\/\/|mailto:)\S+$/i.test(address)) return;
    const shown = link.lineCount === this.#lines.length ? this.#line.slice(link.from).join('').trim() : '…';
    const bare = address.replace(/^mailto:/i, '');
    if (shown === '') this.#put(bare);
    else if (!shown.includes(bare) && !bare.includes(shown)) this.#put(` (${address})`);
  }

  #write(text: string): void {
    if (this.#silence !== undefined) return;
    if (this.#isPreformatted) {
      for (const [index, each] of text.split('\n').entries()) {
        if (index > 0) this.#endLine();
        this.#put(each);
      }
      return;
    }
    const joined = text.replace(/\s+/g, ' ');
    this.#put(this.#last === '' || this.#last === ' ' ? joined.replace(/^ /, '') : joined);
  }

  #put(text: string): void {
    if (text === '') return;
    this.#line.push(text);
    this.#last = text.at(-1) ?? this.#last;
  }

  #endLine(): void {
    this.#lines.push(this.#line.join('').trimEnd());
    this.#line = [];
    this.#last = '';
  }
}

/** Removes U+FFFD, and characters that only join or allow a break. */
const characterOf = (codepoint: number): string =>
  [0xfffd, 0xad, 0x200c, 0x200d].includes(codepoint) ? '' : String.fromCodePoint(codepoint);
