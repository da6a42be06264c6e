/**
 * HTML as readable text. Ours, because whoever writes to a support desk writes this HTML, and the kept library
 * (html-to-text 10, 190 KB bundled) builds a tree from it: 100,000 mismatched tags took it 10 s and overflowed its
 * stack. Here one pass keeps no tree, so the time is linear in the length. Layout beyond lines and lists is not needed.
 */

/** Elements that end a line. */
const blocks = new Set(
  'address article aside blockquote center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
/** Elements that stand apart from what surrounds them. */
const apart = new Set('blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul'.split(' '));
/** Elements whose content nobody reads. */
const silent = new Set('head noscript object script style svg template title'.split(' '));

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' ',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  bull: '•',
  middot: '·',
  times: '×',
  deg: '°',
  yen: '¥',
  euro: '€',
  pound: '£',
  cent: '¢',
  sect: '§',
  para: '¶',
  rarr: '→',
  larr: '←',
  zwnj: '',
  zwj: '',
  shy: '',
};

/** Whether a text is HTML rather than plain text that happens to hold a sign: it has a tag or an entity of HTML. */
export function looksLikeHtml(text: string): boolean {
  return /<(?:\/?[a-z][a-z0-9]{0,15}|!--)[\s/>]|<!doctype|&(?:nbsp|amp|lt|gt|quot|#\d{1,7}|#x[\da-f]{1,6});/i.test(
    text,
  );
}

/** The text that a reader of the HTML would see: a line for each block, “- ” before items, addresses of links kept. */
export function htmlToText(html: string): string {
  const lines: string[] = [];
  let line: string[] = [];
  /** The line's last character: blanks are joined across tags. */
  let last = '';
  const lower = html.toLowerCase();
  /** Silent elements that nobody closes any more: what follows them is text after all. */
  const unclosed = new Set<string>();
  let isPreformatted = false;
  let link: { href: string; lineCount: number; from: number } | undefined;

  const put = (text: string): void => {
    if (text === '') return;
    line.push(text);
    last = text.at(-1) ?? last;
  };
  const endLine = (): void => {
    lines.push(line.join('').trimEnd());
    line = [];
    last = '';
  };
  const breakLine = (isApart: boolean): void => {
    if (line.length > 0) endLine();
    if (isApart && lines.length > 0 && lines.at(-1) !== '') lines.push('');
  };
  const write = (raw: string): void => {
    const text = decodeEntities(raw);
    if (isPreformatted) {
      for (const [index, each] of text.split(/\r?\n/).entries()) {
        if (index > 0) endLine();
        put(each);
      }
      return;
    }
    const joined = text.replace(/\s+/g, ' ');
    put(last === '' || last === ' ' ? joined.replace(/^ /, '') : joined);
  };
  /** A link whose text is not its address keeps both: support has to be able to open it. */
  const closeLink = (): void => {
    const address = link && decodeEntities(link.href).trim();
    const shown = link && link.lineCount === lines.length ? line.slice(link.from).join('').trim() : '…';
    link = undefined;
    if (!address || address.length > 2_000 || !/^(?:https?:\/\/|mailto:)\S+$/i.test(address)) return;
    const bare = address.replace(/^mailto:/i, '');
    if (shown === '') put(bare);
    else if (!shown?.includes(bare) && !bare.includes(shown ?? '')) put(` (${address})`);
  };

  const tags = new TagReader(html);
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at);
    const end = open < 0 ? html.length : open;
    if (end > at) write(html.slice(at, end));
    if (open < 0) break;
    const tag = tags.read(open);
    at = tag?.end ?? open + 1;
    if (!tag) {
      put('<');
      continue;
    }
    const { name, isEnd } = tag;
    if (silent.has(name)) {
      if (isEnd || tag.isEmpty || unclosed.has(name)) continue;
      const close = lower.indexOf(`</${name}`, at);
      if (close < 0) unclosed.add(name);
      else at = close;
    } else if (name === 'br') {
      endLine();
    } else if (name === 'td' || name === 'th') {
      if (isEnd) put(' ');
    } else if (name === 'img') {
      const alt = attribute(html.slice(open, tag.end), 'alt');
      if (alt) write(`[${alt}]`);
    } else if (name === 'a') {
      if (isEnd) closeLink();
      else {
        const href = attribute(html.slice(open, tag.end), 'href') ?? '';
        link = { href, lineCount: lines.length, from: line.length };
      }
    } else if (blocks.has(name)) {
      if (name === 'pre') isPreformatted = !isEnd;
      breakLine(apart.has(name));
      if (name === 'li' && !isEnd) put('- ');
    }
  }
  if (line.length > 0) endLine();
  return lines
    .join('\n')
    .replaceAll('\u00a0', ' ')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

interface Tag {
  name: string;
  isEnd: boolean;
  isEmpty: boolean;
  end: number;
}

class TagReader {
  readonly html: string;
  /** What looks like a tag and is none is looked at again; past this much in all, a “<” is a “<”. */
  private budget: number;

  constructor(html: string) {
    this.html = html;
    this.budget = html.length * 4 + 65_536;
  }

  /** The tag, comment or declaration at `from`, or undefined where a bare “<” stands. */
  read(from: number): Tag | undefined {
    const { html } = this;
    if (html.startsWith('<!--', from)) {
      const end = html.indexOf('-->', from + 4);
      return { name: '!', isEnd: false, isEmpty: true, end: end < 0 ? html.length : end + 3 };
    }
    const head = /^<(\/?)(!doctype|\?xml|[a-z][a-z0-9:]{0,30})(?=[\s/>])/i.exec(html.slice(from, from + 36));
    if (!head || this.budget <= 0) return undefined;
    let at = from + head[0].length;
    let end = -1;
    while (at < html.length && end < 0) {
      const char = html[at];
      const before = html[at - 1];
      if (char === '>') end = at + 1;
      else if (char === '<') break;
      else if ((char === '"' || char === "'") && before === '=') {
        const close = html.indexOf(char, at + 1);
        if (close < 0) break;
        at = close + 1;
      } else at += 1;
    }
    // An unclosed quote was looked for up to the end.
    const upTo = end >= 0 ? end : html[at] === '<' ? at : html.length;
    this.budget -= upTo - from;
    if (end < 0) return undefined;
    return { name: (head[2] ?? '').toLowerCase(), isEnd: head[1] === '/', isEmpty: html[end - 2] === '/', end };
  }
}

function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,10})|#x([\da-f]{1,8})|([a-z]{2,8}));?/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    const isText = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isText ? String.fromCodePoint(code) : '';
  });
}
