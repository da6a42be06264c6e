/** How Notion tells its databases, data sources and pages. */
import type { Database, DataSource, Page, RichText } from './objects.ts';
import { showConfig, showProperty } from './properties.ts';
import type { Workspace } from './store.ts';
import { showText } from './text.ts';

/** The token's owner. */
export const me = { object: 'user', id: 'b0700000-0000-4000-8000-000000000001' };

const addressOf = (id: string): string => `https://www.notion.so/${id.replaceAll('-', '')}`;

export function showDatabase(workspace: Workspace, database: Database): unknown {
  const { title, parentPageId, dataSourceId, createdAt } = database;
  const name = workspace.find('data_source', dataSourceId)?.title ?? title;
  return {
    object: 'database',
    id: database.id,
    title: showText([{ content: title, link: null }]),
    parent: { type: 'page_id', page_id: parentPageId },
    is_inline: false,
    in_trash: false,
    is_locked: false,
    created_time: new Date(createdAt).toISOString(),
    last_edited_time: new Date(createdAt).toISOString(),
    data_sources: [{ id: dataSourceId, name }],
    url: addressOf(database.id),
    public_url: null,
  };
}

export function showSource(workspace: Workspace, source: DataSource): unknown {
  const properties = Object.entries(source.properties);
  return {
    object: 'data_source',
    id: source.id,
    title: showText([{ content: source.title, link: null }]),
    parent: { type: 'database_id', database_id: source.databaseId },
    in_trash: false,
    created_time: new Date(source.createdAt).toISOString(),
    last_edited_time: new Date(source.createdAt).toISOString(),
    created_by: me,
    last_edited_by: me,
    properties: Object.fromEntries(properties.map(([name, each]) => [name, showConfig(name, each, workspace)])),
    url: addressOf(source.databaseId),
  };
}

export function showPage(workspace: Workspace, page: Page): Record<string, unknown> {
  const { parent } = page;
  const source =
    typeof parent === 'object' && 'dataSourceId' in parent
      ? workspace.find('data_source', parent.dataSourceId)
      : undefined;
  return {
    object: 'page',
    id: page.id,
    created_time: new Date(page.createdAt).toISOString(),
    last_edited_time: new Date(page.editedAt).toISOString(),
    created_by: me,
    last_edited_by: me,
    cover: null,
    icon: null,
    parent: source
      ? { type: 'data_source_id', data_source_id: source.id, database_id: source.databaseId }
      : { type: 'workspace', workspace: true },
    in_trash: page.isInTrash,
    is_locked: false,
    properties: source
      ? Object.fromEntries(
          Object.entries(source.properties).map(([name, each]) => [name, showProperty(each, page.values[each.id])]),
        )
      : {
          title: { id: 'title', type: 'title', title: showText((page.values.title as RichText[] | undefined) ?? []) },
        },
    url: addressOf(page.id),
    public_url: null,
  };
}
