/** The folder of a team's own settings. */
import { join, resolve } from 'node:path';
import { environment } from '../functions/platform/environment.ts';

/** @param typed as `--settings` named it */
export const settingsFolder = (typed?: string): string =>
  resolve(typed || environment().METRONOME_SETTINGS || join(import.meta.dirname, 'settings'));
