/**
 * Whether the gauges would count something else than they did: whether of any document a field by which they count is no
 * longer what it was. Most of what is committed, such as a timeline's events, is in no gauge.
 */
import { isDeepStrictEqual } from 'node:util';
import { getField } from '../cloud/src/firestore/paths.ts';
import type { Change } from '../cloud/src/firestore/store.ts';
import type { Fields } from '../cloud/src/firestore/values.ts';
import type { StoredDocument } from '../cloud/src/firestore/writes.ts';

/** By collection: the fields in the gauges' queries. */
const countedBy: Record<string, readonly string[]> = {
  incidents: ['kind', 'status', 'isDrill', 'isAboutMetronome', 'urgency.level', 'failedUpdates'],
  contacts: ['nextUpdateDueAt', 'isDrill', 'customers', 'members'],
  quarantine: ['state', 'quarantinedAt'],
  notices: ['state', 'updatedAt'],
};

/** A notice that was taken is in no gauge, and most are taken at once. */
const isCounted: Record<string, (fields: Fields) => boolean> = {
  notices: ({ state }) => state?.valueType === 'stringValue' && ['waiting', 'failed'].includes(state.stringValue),
};

export class GaugeFields {
  /** The previous counted fields, by the names of documents that have changed. */
  readonly #counted = new Map<string, unknown>();
  #isUncertain = false;

  /** From here on, counted fields are compared with their current values. */
  compareFromNow(): void {
    this.#counted.clear();
    this.#isUncertain = false;
  }

  /** @param isMeasuring whether a run is counting just now: it may have seen what is taken back a moment later */
  note({ name, before, after }: Change, isMeasuring: boolean): void {
    if (!(name.collectionId in countedBy)) return;
    const was = counted(name.collectionId, before);
    const is = counted(name.collectionId, after);
    if (isDeepStrictEqual(was, is)) return;
    if (isMeasuring) this.#isUncertain = true;
    else if (!this.#counted.has(name.name)) this.#counted.set(name.name, was);
    else if (isDeepStrictEqual(this.#counted.get(name.name), is)) this.#counted.delete(name.name);
  }

  get areTheSame(): boolean {
    return this.#counted.size === 0 && !this.#isUncertain;
  }
}

function counted(collectionId: string, document: StoredDocument | undefined): unknown {
  if (!document || isCounted[collectionId]?.(document.fields) === false) return undefined;
  return countedBy[collectionId]?.map((path) => getField(document.fields, path.split('.')));
}
