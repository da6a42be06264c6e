/** What the world's senders prove themselves by: the environment of the functions has these. */
export const secrets = {
  TICKETS_TOKEN: 'simulated-tickets-token',
  TICKETS_SIGNING_SECRET: `whsec_${Buffer.from('simulated-signing-secret').toString('base64')}`,
  ZENDESK_SIGNING_SECRET: 'simulated-zendesk-secret',
  INTERCOM_CLIENT_SECRET: 'simulated-intercom-secret',
  FRESHDESK_TOKEN: 'simulated-freshdesk-token',
  JIRA_WEBHOOK_SECRET: 'simulated-jira-secret',
  ALERTS_TOKEN: 'simulated-alerts-token',
  GITHUB_WEBHOOK_SECRET: 'simulated-github-secret',
  SLACK_SIGNING_SECRET: 'simulated-slack-secret',
} as const;
