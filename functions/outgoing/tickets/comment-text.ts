/** Converts a comment's text for a tool and back, word for word, whatever format the tool uses. Pure. */
import { essence, essenceOfHtml } from '../../incidents/outbox/sending.ts';

/** Text as HTML: nothing in it is markup, and line breaks and blanks are preserved. */
export function htmlOf(text: string): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '    ')
    .replace(/^ | (?= )/gm, '&nbsp;');
  return `<p>${escaped.split('\n').join('<br>')}</p>`;
}

/** Text in Atlassian's document format: one paragraph with hard line breaks. */
export function documentOf(text: string): object {
  const content = text
    .split('\n')
    .flatMap((line, index) => [
      ...(index > 0 ? [{ type: 'hardBreak' }] : []),
      ...(line === '' ? [] : [{ type: 'text', text: line }]),
    ]);
  return { type: 'doc', version: 1, content: [{ type: 'paragraph', content }] };
}

/** Whether a comment, in any of the formats that a tool reports, is ours. */
export function isSameText(text: string, { plain = [], html = [] }: { plain?: unknown[]; html?: unknown[] }): boolean {
  const own = essence(text);
  return (
    plain.some((each) => typeof each === 'string' && essence(each) === own) ||
    html.some((each) => typeof each === 'string' && essenceOfHtml(each) === own)
  );
}

/** The text of a document in Atlassian's format; plain text stays as it is. */
export function textOfDocument(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const { type, text, content } = value as { type?: unknown; text?: unknown; content?: unknown };
  if (typeof text === 'string') return text;
  if (type === 'hardBreak') return '\n';
  return Array.isArray(content) ? content.map(textOfDocument).join('') : '';
}
