/** Slack, by an incoming webhook: what the app says, with no button but the one to the incident. Pure. */
import { noticeContent, openButtons } from '../slack/notice-content.ts';
import type { Outgoing } from './channel.ts';

export function slackBody({ notice, language }: Outgoing): string {
  const content = noticeContent(notice, language, '', openButtons(notice, language));
  return JSON.stringify({ ...content, unfurl_links: false });
}
