/** Configuration: environment variables, read and validated once. A secret has no default; an unset one closes its door. */
import * as z from 'zod';

/** Published in the tools' own documentation: whoever configures one of these has no secret. */
const published = new Set(['dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==', "It's a Secret to Everybody"]);

/**
 * What this machine uses, Standard Webhooks' own example, and what templates leave in place: fine on a laptop, and a
 * door left open on Google Cloud.
 */
const placeholders =
  /^(?:local|change-?me|secret|password|passw0rd|token|test|example|todo|x+|your[-_ ].*|whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw)$/i;

/** Cloud Run says so itself. */
const isDeployed = (): boolean => process.env.K_SERVICE !== undefined;

const isNoSecret = (value: string): boolean => published.has(value) || (isDeployed() && placeholders.test(value));

/** One secret, or two separated by a comma while it is being rotated. Blank ones do not count, nor do known ones. */
const secret = z
  .string()
  .optional()
  .transform((value) =>
    (value ?? '')
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '' && !isNoSecret(each)),
  );

const text = z
  .string()
  .optional()
  .transform((value) => (value?.trim() ? value.trim() : undefined));

const schema = z.object({
  TICKETS_TOKEN: secret,
  TICKETS_SIGNING_SECRET: secret,
  ZENDESK_SIGNING_SECRET: secret,
  INTERCOM_CLIENT_SECRET: secret,
  FRESHDESK_TOKEN: secret,
  JIRA_WEBHOOK_SECRET: secret,
  ALERTS_TOKEN: secret,
  NOTIFY_CHANNELS: text,
  CONSOLE_URL: text.transform((value) => value?.replace(/\/$/, '')),
  IAP_AUDIENCE: text,
  ZENDESK_SUBDOMAIN: text,
  INTERCOM_APP_ID: text,
  JIRA_CUSTOMER_FIELD: text,
  GOOGLE_CLOUD_PROJECT: text,
});

export type Config = z.infer<typeof schema>;

let config: Config | undefined;

/** @throws ZodError naming the variable that is wrong */
export function readConfig(): Config {
  config ??= schema.parse(process.env);
  return config;
}

/** For the local cloud and its tests, which set the environment after modules were loaded. */
export function forgetConfig(): void {
  config = undefined;
}
