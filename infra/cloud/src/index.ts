/** What the package offers to programs. */
export { type CloudOptions, type LocalCloud, startCloud } from './cloud.ts';
export { type Fault, Faults } from './faults.ts';
export type { IndexFile } from './firestore/index-file.ts';
export { type Grants, Iam, type Roles } from './iam/iam.ts';
