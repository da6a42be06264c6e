/** The data sources as people have left them. A property is known by its id once seen, so renaming does no harm. */
import { isDeepStrictEqual } from 'node:util';
import type { Client } from '@notionhq/client';
import { type ExportKind, exportKinds } from '../../incidents/views/exported.ts';
import { given } from '../../platform/defined.ts';
import { call } from './connect.ts';
import { type Databases, type NotionState, stateRef } from './page-records.ts';
import { idKey, type PropertySpec, propertiesOf } from './values.ts';

export interface Source {
  id: string;
  /** Ids of properties by our keys. */
  properties: Record<string, string>;
  /** The names of missing properties. */
  leftOut: string[];
}

export type Sources = Record<ExportKind, Source>;

type NotionProperties = Record<string, { id: string; type: string }>;

/** @throws Trouble */
export async function readSources(client: Client, databases: Databases, state: NotionState): Promise<Sources> {
  const sources = {} as Sources;
  for (const kind of exportKinds) {
    const id = databases[kind];
    const { properties } = await call(() => client.dataSources.retrieve({ data_source_id: id }));
    const source = { id, ...understand(propertiesOf(kind), properties as NotionProperties, state.properties[kind]) };
    if (!source.properties[idKey]) source.properties[idKey] = await makeIdProperty(client, id, kind);
    sources[kind] = source;
  }
  await keep(sources, state);
  return sources;
}

/** @param known ids by our keys, as they were before */
function understand(specs: readonly PropertySpec[], found: NotionProperties, known: Source['properties'] = {}) {
  const byId = new Map(Object.values(found).map((each) => [each.id, each]));
  const source: Omit<Source, 'id'> = { properties: {}, leftOut: [] };
  for (const { key, name, type } of specs) {
    // The title property may have any name, but there is exactly one.
    const named = type === 'title' ? [...byId.values()].find((each) => each.type === 'title') : found[name];
    const property = byId.get(known[key] ?? '') ?? named;
    if (property?.type === type) source.properties[key] = property.id;
    else source.leftOut.push(name);
  }
  return source;
}

async function makeIdProperty(client: Client, id: string, kind: ExportKind): Promise<string> {
  const name = propertiesOf(kind).find(({ key }) => key === idKey)?.name ?? idKey;
  const wanted = { data_source_id: id, properties: { [name]: { rich_text: {} } } };
  const changed = await call(() => client.dataSources.update(wanted));
  return (changed as { properties: NotionProperties }).properties[name]?.id ?? name;
}

async function keep(sources: Sources, state: NotionState): Promise<void> {
  const all = exportKinds.map((kind) => [kind, { ...state.properties[kind], ...sources[kind].properties }]);
  const kept = { properties: Object.fromEntries(all), leftOut: exportKinds.flatMap((kind) => sources[kind].leftOut) };
  if (isDeepStrictEqual(kept, given(state, ['properties', 'leftOut']))) return;
  Object.assign(state, kept);
  await stateRef().update(kept);
}
