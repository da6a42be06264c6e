/** The database and its backups, by gcloud. */

import { environment } from '../../functions/platform/environment.ts';
import { backupSchedules } from './backup-schedules.ts';
import { byCommand, type Gcloud } from './gcloud.ts';
import { bring, type Difference, type Part, refuse, type Step } from './step.ts';
import { defaultDatabase, isByItsRules } from './whose.ts';

const keep = (kind: string, name: string): Step => bring(kind, name, [], async () => undefined);

interface Database {
  name: string;
  locationId: string;
  type: string;
  pointInTimeRecoveryEnablement?: string;
  deleteProtectionState?: string;
}

/** The database that a command means where none is typed. */
export const usualDatabase = (): string => environment().FIRESTORE_DATABASE || defaultDatabase;

export interface DatabaseChoice {
  region: string;
  database: string;
  /** Whether a database is used that lacks Metronome's rules, or is elsewhere. */
  takesDatabase: boolean;
}

/** What tells the owner of a database: its rules, or its content if it has none. */
export interface Looks {
  rules(): Promise<string | undefined>;
  content(): Promise<string[]>;
}

const ownDatabase =
  'Give Metronome a database of its own: --database metronome (and FIRESTORE_DATABASE=metronome for every other command)';

/** Why this database may not be used; undefined where it may. */
export async function objection(
  found: Database,
  { region, takesDatabase }: DatabaseChoice,
  looks: Looks,
): Promise<string | undefined> {
  if (found.type !== 'FIRESTORE_NATIVE') return `it is in Datastore mode, which Metronome cannot use. ${ownDatabase}`;
  if (takesDatabase) return undefined;
  if (found.locationId !== region) {
    return `it is in ${found.locationId}, and the region is ${region}: take --region ${found.locationId}, or another database. ${ownDatabase}. --take-database uses it where it is`;
  }
  const rules = await looks.rules();
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

export function databasePart(gcloud: Gcloud, choice: DatabaseChoice, looks: Looks): Part {
  const { region, database } = choice;
  const flags = [`--database=${database}`, '--enable-pitr', '--delete-protection'];
  const plan = (found: Database | undefined, schedules: readonly object[]): Step[] => [
    planDatabase(found),
    ...backupSchedules.map((each) => {
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
    title: 'Firestore',
    api: 'firestore.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan(undefined, []),
    read: async () => {
      const all = await gcloud.json<Database[]>(['firestore', 'databases', 'list']);
      const found = all.find((each) => each.name.endsWith(`/${database}`));
      if (!found) return plan(undefined, []);
      const why = await objection(found, choice, looks);
      if (why) return [refuse('database', database, why)];
      const list = ['firestore', 'backups', 'schedules', 'list', `--database=${database}`];
      return plan(found, await gcloud.json<object[]>(list));
    },
  };
}
