import type { Query } from './query.ts';

/** `firestore.indexes.json`, parsed. */
export interface IndexFile {
  indexes?: {
    collectionGroup: string;
    queryScope?: string;
    fields: { fieldPath: string; order?: string; arrayConfig?: string }[];
  }[];
  fieldOverrides?: {
    collectionGroup: string;
    fieldPath: string;
    indexes: { queryScope?: string; order?: string; arrayConfig?: string }[];
  }[];
}

export class RequiredIndexes {
  constructor(_file: IndexFile) {}
  check(_query: Query): void {}
}
