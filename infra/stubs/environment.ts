/**
 * The house's settings of its tools, unless the environment has others: they are the stubs. The secrets of the
 * ticket tools' webhooks are not among it: a door stays closed until somebody opens it. Slack's is, for
 * the buttons on the stub's page.
 */

import { pagerDutySite } from './notices/receivers.ts';
import { notionSite } from './notion/routes.ts';
import { siteOf } from './routes.ts';
import { slackApiOf } from './slack/service.ts';
import { toolNames } from './tool.ts';

/** @param house where it listens: `http://127.0.0.1:8080` */
export const toolEnvironment = (house: string): Record<string, string> => ({
  ...Object.fromEntries(toolNames.map((tool) => [`${tool.toUpperCase()}_API_URL`, siteOf(house, tool)])),
  ZENDESK_OAUTH_CLIENT_ID: 'metronome',
  ZENDESK_OAUTH_CLIENT_SECRET: 'local',
  INTERCOM_ACCESS_TOKEN: 'local',
  INTERCOM_ADMIN_ID: '1',
  FRESHDESK_API_KEY: 'local',
  JIRA_API_EMAIL: 'metronome@example.jp',
  JIRA_API_TOKEN: 'local',
  JIRA_PROJECT: 'OPS',
  SLACK_API_URL: slackApiOf(house),
  SLACK_BOT_TOKEN: 'local',
  SLACK_SIGNING_SECRET: 'local',
  PAGERDUTY_EVENTS_URL: pagerDutySite(house),
  MAIL_FROM: 'Metronome <metronome@example.jp>',
  NOTION_API_URL: notionSite(house),
  NOTION_TOKEN: 'local',
});
