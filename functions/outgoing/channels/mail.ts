/** A mail’s words, as plain text and HTML; an incident’s mails are one thread by their Message-IDs. Pure. */
import { hash } from 'node:crypto';
import type { Notice } from '../../platform/notice-schemas.ts';
import { cut } from '../../platform/one-line.ts';
import type { Language } from '../../words/language.ts';

export type Mail = ReturnType<typeof writeMail>;

/** A line of a mail's subject stays readable; the text has the rest. */
const longestSubject = 200;

export function writeMail(notice: Notice, by: { from: string; to: string[]; language: Language; at: Date }) {
  const { from, to, language, at } = by;
  const domain = /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'metronome.invalid';
  const begins = [notice.kind, ...(notice.kinds ?? [])].includes('incident-filed');
  // The announcement begins the thread. Where a mailbox does not get it, the others still name the same beginning.
  const isOfIncident = notice.incidentId !== null && notice.kind !== 'delivery-failed';
  const first = isOfIncident ? `<${notice.incidentId}@${domain}>` : undefined;
  const isFirst = first !== undefined && begins;
  const headers: Record<string, string> = {
    'Auto-Submitted': 'auto-generated',
    'X-Metronome-Notice': notice.id,
    'X-Metronome-Kind': notice.kind,
  };
  const text = `${notice.text[language]}\n${notice.url ? `\n${notice.url}\n` : ''}`;
  return {
    from,
    to,
    date: at,
    subject: cut(notice.subject[language].replace(/\s+/g, ' '), longestSubject),
    text,
    html: htmlOf(text, language),
    // One channel, one mailbox: the same notice to another has an id of its own.
    messageId: isFirst ? first : `<${notice.id}.${hash('sha256', to.join()).slice(0, 8)}@${domain}>`,
    ...(first && !isFirst ? { inReplyTo: first, references: first } : {}),
    headers,
  };
}

/** Line by line; what is quoted is set apart, and an address of its own is a link. */
function htmlOf(text: string, language: Language): string {
  const htmlLine = (line: string): string => {
    const [, quoted] = /^> ?(.*)$/s.exec(line) ?? [];
    if (quoted === undefined) return `<div>${linked(line) || '&nbsp;'}</div>`;
    return `<div style="border-left:3px solid #999;padding-left:8px">${escaped(quoted) || '&nbsp;'}</div>`;
  };
  const lines = text.trimEnd().split('\n').map(htmlLine);
  return `<!doctype html><html lang="${language}"><body style="font-family:sans-serif">${lines.join('\n')}</body></html>`;
}

/** An address that ends the line; read from its end, so that a long line costs no more than its length. */
function linked(line: string): string {
  let from = line.length;
  while (from > 0 && !/[\s<>"']/.test(line[from - 1] ?? '')) from -= 1;
  const begins = line.slice(from).search(/https?:\/\/./);
  if (begins < 0) return escaped(line);
  const address = escaped(line.slice(from + begins));
  return `${escaped(line.slice(0, from + begins))}<a href="${address}">${address}</a>`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => entities[mark] ?? mark);
