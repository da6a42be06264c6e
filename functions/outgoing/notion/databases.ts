/** Where Metronome writes in Notion, as the environment says. */
import * as z from 'zod';
import type { ExportKind } from '../../incidents/views/exported.ts';
import type { Config } from '../../platform/config.ts';
import { jsonIn } from '../../platform/loose.ts';

/** Ids of data sources. */
export type Databases = Record<ExportKind, string>;

const id = z.string().regex(/^[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}$/i);
const databasesSchema = z.object({ incidents: id, postmortems: id, actions: id });

/** What the variable has to look like. */
export const databasesForm =
  'NOTION_DATABASES has to be {"incidents": "…", "postmortems": "…", "actions": "…"}, as npm run notion -- setup prints it.';

/** @returns undefined where none are set: then nothing goes to Notion; `wrong` for what cannot be read */
export function databasesOf({ NOTION_DATABASES }: Pick<Config, 'NOTION_DATABASES'>): Databases | 'wrong' | undefined {
  if (NOTION_DATABASES === undefined) return undefined;
  return databasesSchema.safeParse(jsonIn(NOTION_DATABASES)).data ?? 'wrong';
}
