/** The conditions that are checked before anything is changed: tools, an account, the project, and the account's permissions. */

import { GoogleAuth, type OAuth2Client } from 'google-auth-library';
import { environment } from '../../functions/platform/environment.ts';
import { reasonOf } from '../reason-of.ts';
import { neededPermissions } from './accounts.ts';
import { authOf } from './clients.ts';
import { endpointOf } from './endpoints.ts';
import { CommandMissing, type Gcloud, runTool } from './gcloud.ts';

export interface Ready {
  projectNumber: string;
  account: string;
  auth: OAuth2Client;
  /** Why it may look, and not change anything. */
  reasons: string[];
}

/** Every reason why it cannot begin, each with what to do. */
export class NotReady extends Error {
  readonly reasons: string[];
  constructor(reasons: string[]) {
    super(reasons.join('\n'));
    this.reasons = reasons;
  }
}

/** @returns undefined if there is no account to look with: then only the plan of an empty project can be shown */
export async function activeAccount(gcloud: Gcloud): Promise<string | undefined> {
  try {
    const [active] = await gcloud.json<{ account: string }[]>(['auth', 'list', '--filter=status:ACTIVE']);
    if (active) return active.account;
    // A token that was handed in by a file has an account that gcloud cannot name.
    const token = await gcloud.run(['auth', 'print-access-token']).catch(() => '');
    return token.trim() ? 'the account of the access token' : undefined;
  } catch (error) {
    if (error instanceof CommandMissing) return undefined;
    throw error;
  }
}

/**
 * @param ask asks Google what the account may do
 * @throws NotReady if it cannot even look; what else is missing is named in `reasons`
 */
export async function preflight(gcloud: Gcloud, account: string, ask: typeof fetch = fetch): Promise<Ready> {
  const reasons: string[] = [];
  const auth = await authOf(gcloud);
  let projectNumber = '';
  try {
    const found = await gcloud.json<{ projectNumber: string }>(['projects', 'describe', gcloud.project]);
    projectNumber = found.projectNumber;
  } catch (error) {
    const why = reasonOf(error);
    throw new NotReady([`${account} cannot see the project ${gcloud.project}: ${why}`]);
  }
  const permissions = await missingPermissions(gcloud.project, auth.credentials.access_token ?? '', ask);
  if (typeof permissions === 'string') reasons.push(permissions);
  else if (permissions.length > 0) {
    reasons.push(`${account} lacks, on ${gcloud.project}: ${permissions.join(', ')}. An owner can grant them.`);
  }
  reasons.push(...(await oldGcloud(gcloud)), ...(await firebaseIsReady()));
  return { projectNumber, account, auth, reasons };
}

/** The first version in which IAP of a Cloud Run service is no beta any more. */
const oldestGcloud = 520;

async function oldGcloud(gcloud: Gcloud): Promise<string[]> {
  const versions = await gcloud.json<Record<string, string>>(['version']).catch((): Record<string, string> => ({}));
  const version = versions['Google Cloud SDK'];
  if (version === undefined || Number.parseInt(version, 10) >= oldestGcloud) return [];
  return [`gcloud is ${version}, and ${oldestGcloud}.0.0 or later is needed: run gcloud components update.`];
}

/** firebase-tools has credentials of its own: those of `firebase login`, or the application-default ones. */
async function firebaseIsReady(): Promise<string[]> {
  const version = await runTool('firebase', ['--version']).catch(() => undefined);
  if (!version) return ['firebase-tools is not installed: run npm ci.'];
  if (environment().FIREBASE_TOKEN) return [];
  const hasDefault = await new GoogleAuth().getClient().then(
    () => true,
    () => false,
  );
  if (hasDefault) return [];
  const users = await runTool('firebase', ['login:list', '--json']).catch(() => '');
  if (users.includes('"email"')) return [];
  return ['firebase-tools has no credentials for rules and indexes: run gcloud auth application-default login.'];
}

async function missingPermissions(project: string, token: string, ask: typeof fetch): Promise<string[] | string> {
  const response = await ask(`${endpointOf('CLOUDRESOURCEMANAGER')}/v3/projects/${project}:testIamPermissions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ permissions: neededPermissions }),
  }).catch((error: unknown) => String(error));
  if (typeof response === 'string') return `Its permissions could not be checked: ${response}`;
  if (!response.ok) {
    const why = (await response.text()).slice(0, 500);
    return response.status === 403
      ? `Its permissions could not be checked. Turn on the API: gcloud services enable cloudresourcemanager.googleapis.com --project=${project} (${why})`
      : `Its permissions could not be checked: ${response.status} ${why}`;
  }
  const { permissions = [] } = (await response.json()) as { permissions?: string[] };
  return neededPermissions.filter((each) => !permissions.includes(each));
}
