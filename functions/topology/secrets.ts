/** What the functions prove themselves by, and have others prove themselves by. Pure. */

/** Kept in Secret Manager and given to the functions that name them. */
export const secretNames = [
  'TICKETS_TOKEN',
  'TICKETS_SIGNING_SECRET',
  'ZENDESK_SIGNING_SECRET',
  'INTERCOM_CLIENT_SECRET',
  'FRESHDESK_TOKEN',
  'JIRA_WEBHOOK_SECRET',
  'ALERTS_TOKEN',
  'JOIN_KEY_SECRET',
  'NOTIFY_CHANNELS',
  'SMTP_URL',
  'DUTY_CALENDARS',
  'ZENDESK_OAUTH_CLIENT_SECRET',
  'INTERCOM_ACCESS_TOKEN',
  'FRESHDESK_API_KEY',
  'JIRA_API_TOKEN',
  'NOTION_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_BOT_TOKEN',
] as const;
export type SecretName = (typeof secretNames)[number];
