/** Comments in HTML as who reads them sees them. */

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** Blank lines between paragraphs, and line breaks where the HTML has them; white space of the source is one blank. */
export function htmlText(html: string): string {
  return html
    .replace(/[ \t\r\n]+/g, ' ')
    .replace(/<br\s*\/?> ?/gi, '\n')
    .replace(/<\/p> ?<p[^>]*> ?/gi, '\n\n')
    .replace(/<\/(?:div|li)> ?<(?:div|li)[^>]*> ?/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
      if (name) return entities[name.toLowerCase()] ?? whole;
      return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16));
    })
    .replaceAll('\u00a0', ' ')
    .trim();
}
