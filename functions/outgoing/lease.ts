/**
 * A lease on a document, fenced by the document's version: what may be done once only is done after `extend`, which fails
 * where somebody else has taken the document over meanwhile. So a lease may be shorter than the longest queue.
 */
import type { DocumentReference, Timestamp } from '@google-cloud/firestore';
import { now } from '../platform/clock.ts';
import { grpcCodeOf } from '../platform/firestore.ts';
import { TemporaryFailure } from './channels/channel.ts';

/** Another worker has the document: nothing of it is ours to change. */
export class LostLease extends TemporaryFailure {}

export class Lease {
  readonly #ref: DocumentReference;
  readonly #forMs: number;
  #version: Timestamp | undefined;

  /** @param version of the document as its owner knows it */
  constructor(ref: DocumentReference, forMs: number, version: Timestamp | undefined) {
    this.#ref = ref;
    this.#forMs = forMs;
    this.#version = version;
  }

  /** From now on for its whole length. @throws LostLease */
  async extend(more: Record<string, unknown> = {}): Promise<void> {
    await this.#write({ ...more, leasedUntil: new Date(now().getTime() + this.#forMs) });
  }

  /** @throws LostLease */
  async release(result: Record<string, unknown>): Promise<void> {
    await this.#write({ ...result, leasedUntil: null });
  }

  async #write(fields: Record<string, unknown>): Promise<void> {
    const condition = this.#version ? { lastUpdateTime: this.#version } : {};
    try {
      this.#version = (await this.#ref.update({ ...fields, updatedAt: now() }, condition)).writeTime;
    } catch (error) {
      if (grpcCodeOf(error) !== 'FAILED_PRECONDITION') throw error;
      throw new LostLease('another has taken it over');
    }
  }
}
