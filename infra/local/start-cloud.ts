/** The local cloud as Metronome has it on Google Cloud: with its roles, its grants and its composite indexes. */
import indexFile from '../../firestore.indexes.json' with { type: 'json' };
import { type CloudOptions, type LocalCloud, startCloud } from '../cloud/src/cloud.ts';
import { type Grants, Iam, type Roles } from '../cloud/src/iam/iam.ts';
import { functions, type Grant } from '../topology.ts';
import file from './roles.json' with { type: 'json' };

export const localProject = 'metronome-local';

export const roles: Roles = file.roles;

/** The database's name may be that of a restored copy. */
const databases = { database: '(?<!-public)$', publicDatabase: '-public$' };

export const asLocal = (granted: readonly Grant[]): Grants[string] =>
  granted.map(({ role, on }) => ({
    role,
    on: on === 'database' || on === 'publicDatabase' ? { database: databases[on] } : on,
  }));

const grants: Grants = Object.fromEntries(functions.map((each) => [each.service, asLocal(each.grants)]));

export function startLocalCloud(options: Omit<CloudOptions, 'iam' | 'indexes'>): Promise<LocalCloud> {
  const indexes = { file: indexFile, project: localProject };
  return startCloud({ ...options, indexes, iam: new Iam({ roles, grants }) });
}
