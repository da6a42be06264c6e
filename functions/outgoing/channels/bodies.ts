/** What is posted to a channel's address, of each kind. Pure. */
import { createHmac } from 'node:crypto';
import { PermanentFailure } from '../../platform/failures.ts';
import { partsOf } from '../../platform/loose.ts';
import { cut } from '../../platform/one-line.ts';
import type { Language } from '../../words/language.ts';
import { buttonWords } from '../../words/texts/slack.ts';
import { noticeContent, openButtons } from '../slack/notice-content.ts';
import type { Outgoing } from './channel.ts';

/** Slack, by an incoming webhook: what the app says, with no button but the one to the incident. */
export function slackBody({ notice, language }: Outgoing): string {
  const content = noticeContent(notice, language, '', openButtons(notice, language));
  return JSON.stringify({ ...content, unfurl_links: false });
}

/** Chat takes 32,000 bytes; the page has the rest. */
const longestChatBytes = 32_000;

/** Google Chat, by a space’s webhook: one text message. */
export function googleChatBody({ notice, language }: Outgoing): string {
  // `<` begins Chat's links and mentions (`<users/all>`): nobody is called by what a ticket says.
  let text = notice.text[language]
    .replaceAll('<', '‹')
    .replaceAll('>', (mark, at: number, whole: string) => (at === 0 || whole[at - 1] === '\n' ? mark : '›'));
  while (Buffer.byteLength(bodyOf(text)) > longestChatBytes)
    text = `${text.slice(0, Math.floor(text.length * 0.9)).toWellFormed()}…`;
  return bodyOf(text);
}

/** As it is sent: what JSON escapes takes more than the text itself. */
const bodyOf = (text: string): string => JSON.stringify({ text });

/** Teams takes some 28 KB, and shows a card that is too large to nobody. */
const longestTeamsBytes = 19_000;
const longestTeamsLine = 2_000;

/**
 * Teams, by a Workflow's address: one adaptive card of version 1.4. Its text is runs, which are no Markdown: nothing that
 * a ticket says becomes a link or a mention.
 */
export function teamsBody({ notice, language }: Outgoing): string {
  const subject = notice.subject[language];
  const lines = notice.text[language].split('\n');
  const rest = lines[0] === subject ? lines.slice(1) : lines;
  const blocks = [
    block(cut(subject, 500), { weight: 'Bolder', size: 'Medium' }),
    ...rest.filter((line) => line.trim() !== '').map((line) => block(cut(line, longestTeamsLine), {}, isApart(line))),
  ];
  let shown = blocks.length;
  let body = teamsCard(blocks, notice.url, language);
  while (Buffer.byteLength(body) > longestTeamsBytes && shown > 1) {
    shown -= Math.max(1, Math.floor(shown / 10));
    body = teamsCard([...blocks.slice(0, shown), block('…')], notice.url, language);
  }
  return body;
}

/** A quote follows its heading closely. */
const isApart = (line: string): boolean => !line.startsWith('>') && !line.startsWith('-');

const block = (text: string, look: Record<string, string> = {}, isSpaced = false): object => ({
  type: 'RichTextBlock',
  ...(isSpaced ? {} : { spacing: 'Small' }),
  inlines: [{ type: 'TextRun', text, ...look }],
});

const teamsCard = (body: object[], url: string | undefined, language: Language): string =>
  JSON.stringify({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body,
          ...(url ? { actions: [{ type: 'Action.OpenUrl', title: buttonWords.open[language], url }] } : {}),
        },
      },
    ],
  });

/** Any receiver, signed as Standard Webhooks has it: the same id each time the same notice is sent. */
export function webhookBody({ notice, language, at }: Outgoing): string {
  const { exceptChannels: _, subject, text, ...facts } = notice;
  return JSON.stringify({
    type: `notice.${notice.kind}`,
    timestamp: at.toISOString(),
    data: { ...facts, subject: subject[language], text: text[language] },
  });
}

/** @param secret `whsec_…`; two separated by a comma both sign @throws PermanentFailure for one that is none */
export function webhookHeaders(id: string, body: string, secret: string, at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signatures = partsOf(secret).map((each) => {
    const key = Buffer.from(each.replace(/^whsec_/, ''), 'base64');
    if (key.length === 0) throw new PermanentFailure('its secret is not whsec_ and base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** The inbox of the local cloud, which tests and people read in place of Slack. */
export function inboxBody({ notice, language, at }: Outgoing, channel: string): string {
  const { id, kind, incidentId, customers } = notice;
  const text = notice.text[language];
  return JSON.stringify({ id, channel, kind, incidentId, customers, text, deliveredAt: at.toISOString() });
}
