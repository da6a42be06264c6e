/** Configuration: environment variables, read and validated once. A secret has no default; an unset one closes its door. */
import * as z from 'zod';
import { type Environment, environment, PerEnvironment } from './environment.ts';
import { partsOf } from './loose.ts';

/** Published in the tools' own documentation, so none of these values is a secret. */
const published = new Set(['dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==', "It's a Secret to Everybody"]);

/** Secrets of this machine, Standard Webhooks' example, and templates: fine on a laptop, an open door on Google Cloud. */
const placeholders =
  /^(?:local|change-?me|secret|password|passw0rd|token|test|example|todo|x+|your[-_ ].*|whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw)$/i;

const text = z
  .string()
  .optional()
  .transform((value) => value?.trim() || undefined);

const matching = (form: RegExp, error: string) =>
  text.refine((value) => value === undefined || form.test(value), { error });

function schemaOf(isDeployed: boolean) {
  /** One secret, or two separated by a comma while it is being rotated. Blank ones do not count, nor do known ones. */
  const secret = text.transform((value = '') =>
    partsOf(value).filter((each) => !published.has(each) && !(isDeployed && placeholders.test(each))),
  );
  // Metronome's own credentials; a publicly known one proves nothing.
  const token = secret.transform(([first]) => first);
  return z.object({
    TICKETS_TOKEN: secret,
    TICKETS_SIGNING_SECRET: secret,
    ZENDESK_SIGNING_SECRET: secret,
    INTERCOM_CLIENT_SECRET: secret,
    FRESHDESK_TOKEN: secret,
    JIRA_WEBHOOK_SECRET: secret,
    ALERTS_TOKEN: secret,
    ALERTS_SIGNING_SECRET: secret,
    GRAFANA_SIGNING_SECRET: secret,
    OPSGENIE_API_KEY: secret,
    PAGERDUTY_ROUTING_KEYS: secret,
    PAGERDUTY_WEBHOOK_SECRET: secret,
    GITHUB_WEBHOOK_SECRET: secret,
    GITLAB_WEBHOOK_TOKEN: secret,
    /** The secret for the keys by which a report joins an incident that it names. */
    JOIN_KEY_SECRET: secret,
    NOTIFY_CHANNELS: text,
    PAGERDUTY_EVENTS_URL: text,
    /** A secret: a caller who knows it can keep the switch quiet. */
    DEADMAN_URL: text,
    DUTY_CALENDARS: text,
    /** Contains a password: never log or show it. */
    SMTP_URL: text,
    MAIL_FROM: text,
    CONSOLE_URL: text.transform((value) => value?.replace(/\/$/, '') || undefined),
    CUSTOMER_PAGES: matching(/^(?:on|off)$/, 'has to be on or off'),
    PUBLIC_STATUS: matching(/^(?:on|off)$/, 'has to be on or off'),
    /** The secret for the tokens of customers' pages. */
    PAGES_SECRET: secret,
    /** The address at which customers open their pages. */
    PUBLIC_URL: text.transform((value) => value?.replace(/\/$/, '') || undefined),
    IAP_AUDIENCE: text,
    ZENDESK_SUBDOMAIN: text,
    INTERCOM_APP_ID: text,
    JIRA_CUSTOMER_FIELD: text,
    ZENDESK_OAUTH_CLIENT_ID: text,
    ZENDESK_OAUTH_CLIENT_SECRET: token,
    ZENDESK_API_URL: text,
    INTERCOM_ACCESS_TOKEN: token,
    INTERCOM_ADMIN_ID: text,
    INTERCOM_API_URL: text,
    FRESHDESK_DOMAIN: text,
    FRESHDESK_API_KEY: token,
    FRESHDESK_API_URL: text,
    JIRA_SITE: text,
    /** For tokens with scopes and service accounts, whose calls go to `api.atlassian.com/ex/jira/{id}`. */
    JIRA_CLOUD_ID: matching(/^[\w-]{1,64}$/, 'has to be the cloud ID of the site'),
    /** Atlassian's tokens end after a year at most. */
    JIRA_TOKEN_EXPIRES: matching(
      /^20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
      'has to be a day such as 2027-03-31',
    ),
    JIRA_API_EMAIL: text,
    JIRA_API_TOKEN: token,
    JIRA_API_URL: text,
    /** The key of the project for tickets of action items. */
    JIRA_PROJECT: text,
    JIRA_ISSUE_TYPE: text,
    NOTION_TOKEN: token,
    /** JSON, as its set-up prints it. */
    NOTION_DATABASES: text,
    NOTION_API_URL: text,
    SLACK_SIGNING_SECRET: secret,
    SLACK_BOT_TOKEN: token,
    SLACK_API_URL: text,
    /** Who may send to customers: e-mails and domains, separated by commas. */
    SENDERS: text.transform((value) =>
      value ? partsOf(value.toLowerCase()).flatMap((each) => each.replace(/^@/, '') || []) : undefined,
    ),
    GOOGLE_CLOUD_PROJECT: text,
    /** The number of your own proxies before the public doors; each adds a hop to X-Forwarded-For. */
    TRUSTED_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  });
}

export type Config = z.infer<ReturnType<typeof schemaOf>>;

/** @throws ZodError naming the variable that is wrong */
export function configOf(of: Environment): Config {
  // Set by Cloud Run.
  return schemaOf(of.K_SERVICE !== undefined).parse(of);
}

/** Whether this is Google Cloud: Cloud Run says so itself. */
export const isDeployed = (): boolean => environment().K_SERVICE !== undefined;

const configs = new PerEnvironment(configOf);

export const readConfig = (): Config => configs.get();
