/** Every step of a run, hashed: two runs with the same hash went the same way. */
import { createHash } from 'node:crypto';

const kept = 30;

export class Trace {
  readonly #hash = createHash('sha256');
  readonly #file: ((line: string) => void) | undefined;
  #last: string[] = [];
  steps = 0;

  constructor(write?: (line: string) => void) {
    this.#file = write;
  }

  add(at: number, what: string): void {
    this.steps += 1;
    const line = `#${this.steps} ${new Date(at).toISOString().slice(5, 23)} ${what}`;
    this.#hash.update(`${line}\n`);
    this.#file?.(line);
    this.#last.push(line);
    if (this.#last.length > kept) this.#last.shift();
  }

  get last(): readonly string[] {
    return this.#last;
  }

  hash(): string {
    return this.#hash.copy().digest('hex').slice(0, 16);
  }
}
