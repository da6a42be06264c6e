/**
 * A copy of the records in a second region, for the loss of the first: backups and point-in-time recovery lie where the database does.
 * A schedule has Firestore export the database once a week into a bucket there, and an export that does not begin is an alert.
 * Source: “Schedule data exports” of Firestore's documentation; Cloud Scheduler calls a Google API by an OAuth token of the account.
 */
import { type Account, type AccountGrant, emailOf } from './accounts.ts';
import { byCommand, type Gcloud, withFile } from './gcloud.ts';
import { shortName } from './pubsub.ts';
import { bring, create, leave, type Part, type Step } from './step.ts';
import { copyJob } from './watch.ts';

/** An export reads each document once, which is billed: once a week is a loss of a week at most. */
const weekly = '0 3 * * 0';
const keptDays = 60;
const oldOnes = [{ action: { type: 'Delete' }, condition: { age: keptDays } }];

export const copyBucket = (project: string): string => `${project}-metronome-copy`;

export const copyAccount: Account = { id: copyJob, description: 'Metronome: exports its database to a second region' };

export const copyGrants = (project: string): AccountGrant[] => [
  {
    to: { account: copyJob },
    role: 'roles/datastore.importExportAdmin',
    on: { database: 'records' },
    why: 'exports the database',
  },
  {
    to: { account: copyJob },
    role: 'roles/storage.admin',
    on: { bucket: copyBucket(project) },
    why: 'writes the exports into their bucket',
  },
];

interface Bucket {
  name: string;
  location: string;
  /** In gcloud's form. */
  lifecycle_config?: { rule?: unknown[] };
}

/** @param copyTo the region of the bucket */
export function copyBucketPart(gcloud: Gcloud, copyTo: string): Part {
  const name = copyBucket(gcloud.project);
  const plan = (found: Bucket | undefined): Step[] => {
    if (found && found.location.toLowerCase() !== copyTo)
      return [
        leave(
          'bucket',
          name,
          `it is in ${found.location.toLowerCase()}, where exports go on; a bucket cannot be moved`,
        ),
      ];
    const args = [
      'storage',
      'buckets',
      'create',
      `gs://${name}`,
      `--location=${copyTo}`,
      '--uniform-bucket-level-access',
      '--public-access-prevention',
    ];
    const forget = () =>
      withFile({ rule: oldOnes }, (path) =>
        gcloud.run(['storage', 'buckets', 'update', `gs://${name}`, `--lifecycle-file=${path}`]),
      );
    const forgotten = create('exports', `kept ${keptDays} days`, forget);
    if (found) return found.lifecycle_config?.rule?.length ? [bring('bucket', name, [], forget)] : [forgotten];
    const made = byCommand(gcloud, { kind: 'bucket', name, action: 'create', note: `in ${copyTo}` }, args);
    return [made, forgotten];
  };
  return {
    title: 'Second region',
    isOneByOne: true,
    api: 'storage.googleapis.com',
    ofNothing: () => plan(undefined),
    read: async () => {
      const all = await gcloud.json<Bucket[]>(['storage', 'buckets', 'list', `--filter=name=${name}`]);
      return plan(all.find((each) => each.name === name));
    },
  };
}

interface Job {
  name: string;
  httpTarget?: { uri?: string };
}

export function copySchedulePart(gcloud: Gcloud, region: string, database: string, timeZone: string): Part {
  const uri = `https://firestore.googleapis.com/v1/projects/${gcloud.project}/databases/${database}:exportDocuments`;
  const plan = (found: Job | undefined): Step[] => {
    if (found?.httpTarget?.uri === uri) return [bring('schedule', copyJob, [], async () => undefined)];
    const action = found ? 'update' : 'create';
    const differences = found ? [{ field: 'uri', is: found.httpTarget?.uri, shouldBe: uri }] : [];
    return [
      byCommand(gcloud, { kind: 'schedule', name: copyJob, action, differences, note: `${weekly}, ${timeZone}` }, [
        'scheduler',
        'jobs',
        action,
        'http',
        copyJob,
        `--location=${region}`,
        `--schedule=${weekly}`,
        `--time-zone=${timeZone}`,
        `--uri=${uri}`,
        '--http-method=post',
        `--message-body=${JSON.stringify({ outputUriPrefix: `gs://${copyBucket(gcloud.project)}` })}`,
        `--oauth-service-account-email=${emailOf(copyJob, gcloud.project)}`,
        '--oauth-token-scope=https://www.googleapis.com/auth/cloud-platform',
        '--max-retry-attempts=5',
      ]),
    ];
  };
  return {
    title: 'Exports to it',
    api: 'cloudscheduler.googleapis.com',
    ofNothing: () => plan(undefined),
    read: async () => {
      const all = await gcloud.json<Job[]>(['scheduler', 'jobs', 'list', `--location=${region}`]);
      return plan(all.find((each) => shortName(each.name) === copyJob));
    },
  };
}
