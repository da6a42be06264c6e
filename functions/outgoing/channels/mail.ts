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
  // The announcement starts the thread. If a mailbox does not get it, later mails still refer to the same start.
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
    html: htmlOf(text, notice.url, language),
    // One channel, one mailbox: the same notice to another has an id of its own.
    messageId: isFirst ? first : `<${notice.id}.${hash('sha256', to.join()).slice(0, 8)}@${domain}>`,
    ...(first && !isFirst ? { inReplyTo: first, references: first } : {}),
    headers,
  };
}

/** Writes line by line; quotes are set apart, and the address of the notice's page becomes a link. */
function htmlOf(text: string, address: string | undefined, language: Language): string {
  const page = address?.replace(/#.*$/s, '');
  const htmlLine = (line: string): string => {
    const [, quoted] = /^> ?(.*)$/s.exec(line) ?? [];
    if (quoted === undefined) return `<div>${linked(line, page) || '&nbsp;'}</div>`;
    return `<div style="border-left:3px solid #999;padding-left:8px">${escaped(quoted) || '&nbsp;'}</div>`;
  };
  const lines = text.trimEnd().split('\n').map(htmlLine);
  return `<!doctype html><html lang="${language}"><body style="font-family:sans-serif">${lines.join('\n')}</body></html>`;
}

/** Links the address of the page, or of a part of it, at the end of a line. An address from a ticket stays text. */
function linked(line: string, page: string | undefined): string {
  const from = page ? line.lastIndexOf(page) : -1;
  if (!page || from < 0 || !/^(?:[#/]\S*)?$/.test(line.slice(from + page.length))) return escaped(line);
  const address = escaped(line.slice(from));
  return `${escaped(line.slice(0, from))}<a href="${address}">${address}</a>`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => entities[mark] ?? mark);
