/** What a notice says in Slack: by the app, or by an incoming webhook. Pure. */
import type { Button } from '@slack/types';
import type { Notice, NoticeKind } from '../../platform/notice-schemas.ts';
import { policy } from '../../policy.ts';
import { type Language, say } from '../../words/language.ts';
import { buttonWords } from '../../words/texts/slack.ts';
import type { MessageBlock } from './blocks.ts';
import {
  cutTo,
  escapeLines,
  escapeMarks,
  fitting,
  isOpenable,
  limits,
  longestText,
  mrkdwn,
  plain,
  sectionsOf,
} from './blocks.ts';

/** @param mentions people to notify, in Slack's markup. @param only the buttons, in place of those that Slack reports to us: a webhook's can only open a page */
export function noticeContent(notice: Notice, language: Language, mentions = '', only?: Button[]) {
  const buttons = only ?? buttonsFor(notice, language);
  const subject = notice.subject[language];
  const lines = notice.text[language].split('\n');
  const rest = (lines[0] === subject ? lines.slice(1) : lines).join('\n');
  const head: MessageBlock[] = [
    { type: 'header', text: plain(subject.replace(/\s+/g, ' '), limits.header) },
    ...(mentions ? [{ type: 'section' as const, text: mrkdwn(mentions) }] : []),
  ];
  const last: MessageBlock[] = buttons.length > 0 ? [{ type: 'actions', elements: buttons }] : [];
  const text = [mentions, cutTo(escapeMarks(subject), longestText - 500)].filter((each) => each !== '').join(' ');
  return { text, blocks: fitting([...head, ...sectionsOf(escapeLines(rest))], last) };
}

/** What a notice asks for is one tap away. */
const asks: Partial<Record<NoticeKind, keyof typeof buttonWords>> = {
  'update-due': 'update',
  escalation: 'update',
  'update-failed': 'update',
  'customer-wrote': 'update',
  'recovery-questioned': 'happens-again',
  'scope-due': 'scope',
  'emergency-begun': 'roles',
  'role-due': 'roles',
};

function buttonsFor(notice: Notice, language: Language): Button[] {
  const { kind, incidentId } = notice;
  const action = asks[kind];
  if (!action || !incidentId) return openButtons(notice, language);
  const text = plain(say({ language, policy }, buttonWords[action]), limits.button);
  return [{ type: 'button', action_id: action, text, value: incidentId }, ...openButtons(notice, language)];
}

/** The only button that works without a press being reported. */
export function openButtons({ url }: Pick<Notice, 'url'>, language: Language): Button[] {
  if (!url || !isOpenable(url)) return [];
  return [{ type: 'button', action_id: 'open', text: plain(buttonWords.open[language]), url }];
}
