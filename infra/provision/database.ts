/** The database and its backups, by gcloud. */
import { environment } from '../../functions/platform/environment.ts';
import { byCommand, type Gcloud } from './gcloud.ts';
import { bring, type Difference, leave, type Part, type Step } from './step.ts';

const keep = (kind: string, name: string): Step => bring(kind, name, [], async () => undefined);

interface Database {
  name: string;
  locationId: string;
  type: string;
  pointInTimeRecoveryEnablement?: string;
  deleteProtectionState?: string;
}

export const defaultDatabase = '(default)';

/** The database that a command means where none is typed. */
export const usualDatabase = (): string => environment().FIRESTORE_DATABASE || defaultDatabase;

export function databasePart(gcloud: Gcloud, region: string, database: string): Part {
  const flags = [`--database=${database}`, '--enable-pitr', '--delete-protection'];
  const plan = (found: Database | undefined, hasBackups: boolean): Step[] => {
    const backups = byCommand(gcloud, { kind: 'backups', name: 'daily, kept 14 days', action: 'create' }, [
      'firestore',
      'backups',
      'schedules',
      'create',
      `--database=${database}`,
      '--recurrence=daily',
      '--retention=14d',
    ]);
    return [planDatabase(found), hasBackups ? keep('backups', 'daily, kept 14 days') : backups];
  };
  const planDatabase = (found: Database | undefined): Step => {
    const step = { kind: 'database', name: database };
    if (!found) {
      return byCommand(gcloud, { ...step, action: 'create', note: `in ${region}; it cannot be moved later` }, [
        'firestore',
        'databases',
        'create',
        `--location=${region}`,
        '--type=firestore-native',
        ...flags,
      ]);
    }
    if (found.type !== 'FIRESTORE_NATIVE')
      return leave('database', database, 'it is in Datastore mode: take another project');
    const differences: Difference[] = [
      ...(found.pointInTimeRecoveryEnablement === 'POINT_IN_TIME_RECOVERY_ENABLED'
        ? []
        : [{ field: 'point-in-time recovery', is: 'off', shouldBe: 'on' }]),
      ...(found.deleteProtectionState === 'DELETE_PROTECTION_ENABLED'
        ? []
        : [{ field: 'delete protection', is: 'off', shouldBe: 'on' }]),
    ];
    if (differences.length > 0) {
      return byCommand(gcloud, { ...step, action: 'update', differences }, [
        'firestore',
        'databases',
        'update',
        ...flags,
      ]);
    }
    return found.locationId === region
      ? keep('database', database)
      : leave('database', database, `it lies in ${found.locationId}`);
  };
  return {
    title: 'Firestore',
    api: 'firestore.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan(undefined, false),
    read: async () => {
      const all = await gcloud.json<Database[]>(['firestore', 'databases', 'list']);
      const found = all.find((each) => each.name.endsWith(`/${database}`));
      const schedules = found
        ? await gcloud.json<unknown[]>(['firestore', 'backups', 'schedules', 'list', `--database=${database}`])
        : [];
      return plan(found, schedules.length > 0);
    },
  };
}
