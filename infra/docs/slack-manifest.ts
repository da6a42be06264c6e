/** The manifest by which Slack makes Metronome's app: what its code calls, and where it hears. Data only. */

/** Every method that is called, and the bot scope without which Slack refuses it. */
export const scopesByMethod = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'users.info': ['users:read', 'users:read.email'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.update': [],
} as const satisfies Record<string, readonly string[]>;

/** The creator of the app replaces it by the address from `gcloud run services describe metronome-slack`. */
const address = 'https://metronome-slack-NUMBER.REGION.run.app/slack';

export function slackManifest(): object {
  const called: readonly string[] = Object.values(scopesByMethod).flat();
  return {
    _metadata: { major_version: 1, minor_version: 1 },
    display_information: {
      name: 'Metronome',
      description: 'Manage incidents in Slack: one live card per incident',
      background_color: '#1f3a5f',
    },
    features: {
      // Without its Messages tab Slack refuses what the app writes to one person; nobody reads what is written to the app.
      app_home: { home_tab_enabled: false, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      bot_user: { display_name: 'Metronome', always_online: true },
      slash_commands: [
        {
          command: '/metronome',
          url: `${address}/commands`,
          description: 'Report an incident, find one, list mine',
          usage_hint: '[M-7K2QXB | words | mine | help]',
          should_escape: false,
        },
      ],
      shortcuts: [
        {
          name: 'Report an incident',
          type: 'global',
          callback_id: 'report',
          description: 'Opens the form of a report',
        },
        {
          name: 'Report as incident',
          type: 'message',
          callback_id: 'report-message',
          description: 'Opens the form of a report with the message’s text',
        },
      ],
    },
    oauth_config: { scopes: { bot: [...new Set(['commands', ...called])].sort() } },
    settings: {
      interactivity: { is_enabled: true, request_url: `${address}/interactions` },
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      token_rotation_enabled: false,
    },
  };
}
