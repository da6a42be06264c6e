/**
 * What the house is told of its ticket tools, where the environment says nothing else: they are the stand-ins. The secrets of
 * their webhooks are not among it: a door stays closed until somebody opens it.
 */
import { siteOf } from './routes.ts';
import { toolNames } from './tool.ts';

/** @param house where it listens: `http://127.0.0.1:8080` */
export const toolEnvironment = (house: string): Record<string, string> => ({
  ...Object.fromEntries(toolNames.map((tool) => [`${tool.toUpperCase()}_API_URL`, siteOf(house, tool)])),
  ZENDESK_API_EMAIL: 'metronome@example.jp',
  ZENDESK_API_TOKEN: 'local',
  INTERCOM_ACCESS_TOKEN: 'local',
  INTERCOM_ADMIN_ID: '1',
  FRESHDESK_API_KEY: 'local',
  JIRA_API_EMAIL: 'metronome@example.jp',
  JIRA_API_TOKEN: 'local',
});
