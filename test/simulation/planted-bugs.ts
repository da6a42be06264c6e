/** Bugs of which each breaks a promise: put into the bundle one at a time, each has to be noticed. */
import type { Change } from './build.ts';

export interface PlantedBug extends Change {
  name: string;
}

export const plantedBugs: readonly PlantedBug[] = [];
