/** Makes the three data sources in Notion, with their relations both ways. */
import type { Client } from '@notionhq/client';
import { type ExportKind, exportSpecs } from '../../functions/incidents/views/exported.ts';
import { call } from '../../functions/outgoing/notion/connect.ts';
import type { Databases } from '../../functions/outgoing/notion/page-records.ts';
import { propertiesOf } from '../../functions/outgoing/notion/values.ts';

/** The target of a relation comes before its source. */
const order: readonly ExportKind[] = ['postmortems', 'incidents', 'actions'];

/** @param parentId the page in which they are made @throws Trouble, after what was made until then was told */
export async function setUp(
  client: Client,
  parentId: string,
  tell: (made: ExportKind, id: string) => void = () => undefined,
): Promise<Databases> {
  const made: Partial<Databases> = {};
  for (const kind of order) {
    const properties = Object.fromEntries(
      propertiesOf(kind).map(({ name, type, to }) => [
        name,
        to ? relation(made[to.kind], to.backwards) : { [type]: {} },
      ]),
    );
    const database = await call(() =>
      client.databases.create({
        parent: { type: 'page_id', page_id: parentId },
        title: [{ text: { content: exportSpecs[kind].title } }],
        initial_data_source: { properties },
      } as never),
    );
    const id = (database as { data_sources?: { id: string }[] }).data_sources?.[0]?.id;
    if (!id) throw new Error('Notion created a database but returned no data source for it.');
    made[kind] = id;
    tell(kind, id);
  }
  await nameBackwards(client, made as Databases);
  return made as Databases;
}

const relation = (to: string | undefined, backwards: string) => ({
  relation: { data_source_id: to, type: 'dual_property', dual_property: { synced_property_name: backwards } },
});

/** If Notion named the other end of a relation itself, renames it. */
async function nameBackwards(client: Client, made: Databases): Promise<void> {
  for (const kind of order) {
    for (const { name, to } of propertiesOf(kind)) {
      if (!to) continue;
      const { properties } = await call(() => client.dataSources.retrieve({ data_source_id: made[kind] }));
      const own = properties[name] as {
        relation?: { dual_property?: { synced_property_id?: string; synced_property_name?: string } };
      };
      const { synced_property_id: id, synced_property_name: called } = own.relation?.dual_property ?? {};
      if (!id || called === to.backwards) continue;
      const renamed = { [id]: { name: to.backwards } };
      await call(() => client.dataSources.update({ data_source_id: made[to.kind], properties: renamed }));
    }
  }
}

/** The id of a page, from its address or as it is. */
export function pageIdOf(given: string): string {
  return /([\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})(?=$|[?#])/i.exec(given)?.[1] ?? given;
}
