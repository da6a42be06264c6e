/** Lots drawn from a seed: the same seed gives the same lots, in every process (sfc32). */
export class Random {
  readonly #state: Uint32Array;

  constructor(seed: string) {
    // FNV-1a spreads the seed over the state, and the first draws are thrown away until it is mixed.
    let hash = 0x811c9dc5;
    const next = (): number => {
      for (const byte of Buffer.from(`${seed}:${hash}`)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
      return hash;
    };
    this.#state = Uint32Array.of(next(), next(), next(), 1);
    for (let draw = 0; draw < 16; draw += 1) this.uint32();
  }

  uint32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    const sum = (((a + b) >>> 0) + d) >>> 0;
    this.#state.set([b ^ (b >>> 9), (c + (c << 3)) >>> 0, (((c << 21) | (c >>> 11)) + sum) >>> 0, (d + 1) >>> 0]);
    return sum;
  }

  /** At least 0 and below 1. */
  next(): number {
    return this.uint32() / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.between(0, list.length - 1)] as T;
  }
}
