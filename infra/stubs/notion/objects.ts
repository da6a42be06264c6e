/** The stub's data: databases, data sources, pages and blocks. */

export const propertyTypes = [
  'title',
  'rich_text',
  'number',
  'select',
  'multi_select',
  'status',
  'date',
  'checkbox',
  'url',
  'email',
  'phone_number',
  'people',
  'relation',
] as const;
export type PropertyType = (typeof propertyTypes)[number];

export interface Property {
  id: string;
  type: PropertyType;
  /** The options of select, multi_select and status. */
  options?: { id: string; name: string; color: string }[];
  relation?: {
    dataSourceId: string;
    /** The relation's property at the other end; none if it is one-sided. */
    syncedId?: string;
  };
}

export interface Database {
  object: 'database';
  id: string;
  title: string;
  parentPageId: string;
  dataSourceId: string;
  createdAt: number;
}

export interface DataSource {
  object: 'data_source';
  id: string;
  databaseId: string;
  title: string;
  /** By name. */
  properties: Record<string, Property>;
  createdAt: number;
}

export interface RichText {
  content: string;
  link: string | null;
}

/** What a property holds, by the type of the property; relations and people are lists of ids. */
export type Value = RichText[] | string[] | string | number | boolean | DateValue | null;

export interface DateValue {
  start: string;
  end: string | null;
  time_zone: string | null;
}

export interface Page {
  object: 'page';
  id: string;
  parent: { dataSourceId: string } | 'workspace';
  /** By property ID; a page outside a data source has only its title. */
  values: Record<string, Value>;
  createdAt: number;
  editedAt: number;
  isInTrash: boolean;
}

export interface Block {
  object: 'block';
  id: string;
  /** The parent page or block. */
  parentId: string;
  type: string;
  text: RichText[];
  /** The other content of the block. */
  rest: Record<string, unknown>;
  /** The cells of a table's rows. */
  cells?: RichText[][];
  createdAt: number;
  editedAt: number;
  isInTrash: boolean;
}

export type Stored = Database | DataSource | Page | Block;
