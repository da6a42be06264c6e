/** What is going to happen, by time; what happens at one instant comes in the order in which it was written down. */
export interface Entry {
  at: number;
  order: number;
  /** Whose death may take it along. */
  of: object | undefined;
  run(): Promise<void> | void;
}

export class Agenda {
  #entries: Entry[] = [];
  #order = 0;

  add(at: number, run: Entry['run'], of?: object): void {
    this.#order += 1;
    const entry = { at, order: this.#order, of, run };
    // It is short, and mostly what is added comes last.
    let index = this.#entries.length;
    while (index > 0 && (this.#entries[index - 1] as Entry).at > at) index -= 1;
    this.#entries.splice(index, 0, entry);
  }

  nextAt(): number | undefined {
    return this.#entries[0]?.at;
  }

  take(): Entry | undefined {
    return this.#entries.shift();
  }

  /** Takes away what `of` was about to do, where `isLost` says so. */
  drop(of: object, isLost: () => boolean): void {
    this.#entries = this.#entries.filter((each) => each.of !== of || !isLost());
  }
}
