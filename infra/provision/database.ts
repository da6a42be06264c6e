/** The database and its backups, by gcloud. */

import { backupSchedules } from './backup-schedules.ts';
import { byCommand, type Gcloud } from './gcloud.ts';
import { bring, type Difference, type Part, refuse, type Step } from './step.ts';
import { isByItsRules } from './whose.ts';

const keep = (kind: string, name: string): Step => bring(kind, name, [], async () => undefined);

interface Database {
  name: string;
  locationId: string;
  type: string;
  pointInTimeRecoveryEnablement?: string;
  deleteProtectionState?: string;
}

export interface DatabaseChoice {
  region: string;
  database: string;
  /** Whether a database is used that lacks Metronome's rules, or is elsewhere. */
  takesDatabase: boolean;
  /** Whether it was provisioned from this region before: where it is elsewhere, somebody has accepted that. */
  isRemembered?: boolean;
}

/**
 * The regions of Cloud Run that a multi-region serves from (cloud.google.com/firestore/docs/locations): its name is no region.
 * The first is recommended.
 */
const multiRegions: Readonly<Record<string, readonly string[]>> = {
  nam5: ['us-central1'],
  nam7: ['us-central1', 'us-east4'],
  eur3: ['europe-west1', 'europe-west4'],
};

/** The signs of a database's owner: its rules, or its content if it has no rules. */
export interface Looks {
  rules(): Promise<string | undefined>;
  content(): Promise<string[]>;
}

const ownDatabase =
  'Give Metronome a database of its own: --database metronome (your settings remember it for every other command)';

/** Why this database may not be used; undefined if it may. */
export async function objection(
  found: Database,
  { region, takesDatabase, isRemembered = false }: DatabaseChoice,
  looks: Looks,
): Promise<string | undefined> {
  if (found.type !== 'FIRESTORE_NATIVE') return `it is in Datastore mode, which Metronome cannot use. ${ownDatabase}`;
  if (takesDatabase) return undefined;
  const near = multiRegions[found.locationId] ?? [found.locationId];
  const rules = await looks.rules();
  if (!near.includes(region) && !(isRemembered && isByItsRules(rules))) {
    return `it is in ${found.locationId}, and the region is ${region}: take --region ${near[0]}, or another database. ${ownDatabase}. --take-database uses it where it is`;
  }
  if (isByItsRules(rules)) return undefined;
  // A provisioning may have ended between making the database and releasing its rules.
  const settings = lacksOf(found).map(({ field, is }) => `${field} ${String(is)}`);
  const isAsMade = rules === undefined && settings.length === 0;
  const content = isAsMade
    ? await looks.content()
    : [...(rules === undefined ? [] : ['rules of its own']), ...settings];
  if (content.length === 0) return undefined;
  return `it lacks Metronome’s rules and has ${content.join(', ')}, so it is somebody else’s: Metronome would replace their rules, change the indexes of their collections, and delete their documents by its expiry. ${ownDatabase}. Where it is Metronome’s all the same: --take-database`;
}

/** What a database lacks that provisioning makes each of its own with. */
const lacksOf = (found: Database): Difference[] => [
  ...(found.pointInTimeRecoveryEnablement === 'POINT_IN_TIME_RECOVERY_ENABLED'
    ? []
    : [{ field: 'point-in-time recovery', is: 'off', shouldBe: 'on' }]),
  ...(found.deleteProtectionState === 'DELETE_PROTECTION_ENABLED'
    ? []
    : [{ field: 'delete protection', is: 'off', shouldBe: 'on' }]),
];

/** @param hasBackups false for copies, which are written again from the records */
export function databasePart(gcloud: Gcloud, choice: DatabaseChoice, looks: Looks, hasBackups = true): Part {
  const { region, database } = choice;
  const flags = [`--database=${database}`, '--enable-pitr', '--delete-protection'];
  const plan = (found: Database | undefined, schedules: readonly object[]): Step[] => [
    planDatabase(found),
    ...(hasBackups ? backupSchedules : []).map((each) => {
      // One that an operator keeps longer is theirs.
      if (schedules.some((schedule) => each.found in schedule)) return keep('backups', each.name);
      const [recurrence, day] = each.recurrence;
      return byCommand(gcloud, { kind: 'backups', name: each.name, action: 'create' }, [
        'firestore',
        'backups',
        'schedules',
        'create',
        `--database=${database}`,
        `--recurrence=${recurrence}`,
        ...(day ? [`--day-of-week=${day}`] : []),
        `--retention=${each.keptDays}d`,
      ]);
    }),
  ];
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
    const differences = lacksOf(found);
    if (differences.length === 0) return keep('database', database);
    return byCommand(gcloud, { ...step, action: 'update', differences }, [
      'firestore',
      'databases',
      'update',
      ...flags,
    ]);
  };
  return {
    title: hasBackups ? 'Firestore' : 'Firestore, of what customers can see',
    api: 'firestore.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan(undefined, []),
    read: async () => {
      const all = await gcloud.json<Database[]>(['firestore', 'databases', 'list']);
      const found = all.find((each) => each.name.endsWith(`/${database}`));
      if (!found) return plan(undefined, []);
      const why = await objection(found, choice, looks);
      if (why) return [refuse('database', database, why)];
      if (!hasBackups) return plan(found, []);
      const list = ['firestore', 'backups', 'schedules', 'list', `--database=${database}`];
      return plan(found, await gcloud.json<object[]>(list));
    },
  };
}
