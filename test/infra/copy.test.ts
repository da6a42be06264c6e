/** The copy in a second region: what provisioning makes for it once, and leaves alone the next time. */
import { describe, expect, test } from 'vitest';
import { copyBucketPart, copyGrants, copySchedulePart } from '../../infra/provision/copy.ts';
import type { Gcloud } from '../../infra/provision/gcloud.ts';
import { applySteps, type Part } from '../../infra/provision/step.ts';

/** @param there what each list answers, by its first words */
function having(there: Record<string, unknown[]> = {}) {
  const ran: string[] = [];
  const gcloud = {
    project: 'shop',
    run: async (args: readonly string[]) => {
      ran.push(args.join(' '));
      return '';
    },
    json: async (args: readonly string[]) => there[args.slice(0, 3).join(' ')] ?? [],
  } as Gcloud;
  return { gcloud, ran };
}

const told = async (part: Part) => (await part.read()).map(({ action, kind, name }) => `${action} ${kind} ${name}`);
const bucket = { name: 'shop-metronome-copy', location: 'ASIA-NORTHEAST2', lifecycle_config: { rule: [{}] } };

describe('the bucket', () => {
  test('is made in the second region, closed, and forgets', async () => {
    const { gcloud, ran } = having();
    await applySteps(await copyBucketPart(gcloud, 'asia-northeast2').read(), true);
    expect(ran).toEqual([
      'storage buckets create gs://shop-metronome-copy --location=asia-northeast2 --uniform-bucket-level-access --public-access-prevention',
      expect.stringMatching(/^storage buckets update gs:\/\/shop-metronome-copy --lifecycle-file=/),
    ]);
  });

  test.each<[string, object, string[]]>([
    ['as it should be', {}, ['keep bucket shop-metronome-copy']],
    ['that keeps exports forever', { lifecycle_config: {} }, ['create exports kept 60 days']],
    ['in another region', { location: 'US-EAST1' }, ['leave bucket shop-metronome-copy']],
  ])('%s', async (_, more, expected) => {
    const { gcloud } = having({ 'storage buckets list': [{ ...bucket, ...more }] });
    expect(await told(copyBucketPart(gcloud, 'asia-northeast2'))).toEqual(expected);
  });
});

describe('the schedule', () => {
  const uri = 'https://firestore.googleapis.com/v1/projects/shop/databases/metronome:exportDocuments';
  const part = (jobs: object[]) => {
    const { gcloud, ran } = having({ 'scheduler jobs list': jobs });
    return { part: copySchedulePart(gcloud, 'asia-northeast1', 'metronome', 'Asia/Tokyo'), ran };
  };

  test('has Firestore export the database that Metronome uses, as an account of its own', async () => {
    const { part: schedule, ran } = part([]);
    await applySteps(await schedule.read());
    expect(ran).toEqual([
      'scheduler jobs create http metronome-copy --location=asia-northeast1 --schedule=0 3 * * 0 --time-zone=Asia/Tokyo ' +
        `--uri=${uri} --http-method=post --message-body={"outputUriPrefix":"gs://shop-metronome-copy"} ` +
        '--oauth-service-account-email=metronome-copy@shop.iam.gserviceaccount.com ' +
        '--oauth-token-scope=https://www.googleapis.com/auth/cloud-platform --max-retry-attempts=5',
    ]);
  });

  test.each([
    [uri, 'keep'],
    [uri.replace('/metronome:', '/(default):'), 'update'],
  ])('of %s: %s', async (was, action) => {
    const job = { name: 'projects/shop/locations/asia-northeast1/jobs/metronome-copy', httpTarget: { uri: was } };
    expect(await told(part([job]).part)).toEqual([`${action} schedule metronome-copy`]);
  });
});

test('its account may export its database alone, and write to its bucket alone', () => {
  expect(copyGrants('shop').map(({ role, on }) => [role, on])).toEqual([
    ['roles/datastore.importExportAdmin', { database: 'records' }],
    ['roles/storage.admin', { bucket: 'shop-metronome-copy' }],
  ]);
});
