/** Properties of a data source: how they are made and changed, and which values each of them takes. */
import { createHash } from 'node:crypto';
import { decodedPart, isRecord, textOf } from '../values.ts';
import { invalid, Refused, unknown } from './errors.ts';
import { type DataSource, type DateValue, type Page, type Property, propertyTypes, type Value } from './objects.ts';
import { idOf, type Workspace } from './store.ts';
import { atMost, plainText, readText, readUrl, said, showText } from './text.ts';

export const byNameOrId = ({ properties }: DataSource, key: string): [name: string, property: Property] | undefined => {
  const named = Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (named) return [key, named];
  return Object.entries(properties).find(([, { id }]) => id === key || id === decodedPart(key));
};

/**
 * Changes a data source's properties as stated; a property is named by its name or its id, and `null` takes it away.
 *
 * @returns what makes the other ends of its relations, for when nothing can be refused any more
 */
export function changeProperties(workspace: Workspace, source: DataSource, stated: unknown, path: string): () => void {
  const made: (() => void)[] = [];
  if (stated === undefined) return () => undefined;
  if (!isRecord(stated)) throw invalid(`${path} should be an object, instead was ${said(stated)}.`);
  for (const [key, config] of Object.entries(stated)) {
    const known = byNameOrId(source, key);
    if (config === null) {
      if (!known) throw new Refused(400, `${key} is not a property that exists.`);
      if (known[1].type === 'title') throw new Refused(400, 'Cannot delete title property.');
      delete source.properties[known[0]];
      continue;
    }
    if (!isRecord(config)) throw invalid(`${path}.${key} should be an object, instead was ${said(config)}.`);
    const name = typeof config.name === 'string' && config.name !== '' ? config.name : (known?.[0] ?? key);
    const type = propertyTypes.find((each) => each in config);
    if (known && name !== known[0] && source.properties[name]) {
      throw new Refused(400, `A property of the name ${name} exists already.`);
    }
    if (known && (type === undefined || type === known[1].type)) {
      delete source.properties[known[0]];
      source.properties[name] = type ? { ...known[1], ...configOf(workspace, source, type, config, path) } : known[1];
      continue;
    }
    if (type === undefined) {
      throw invalid(`${path}.${key} should have a type that the stub knows: ${propertyTypes.join(', ')}.`);
    }
    if (known?.[1].type === 'title' || (type === 'title' && titleOf(source))) {
      throw new Refused(400, 'A data source has one title property.');
    }
    const id = known?.[1].id ?? newPropertyId(source, name);
    if (known) delete source.properties[known[0]];
    source.properties[name] = { id, type, ...configOf(workspace, source, type, config, path) };
    const { relation } = source.properties[name];
    const { relation: of } = config;
    if (relation && isRecord(of)) made.push(() => connect(workspace, source, name, of));
  }
  return () => {
    for (const connects of made) connects();
  };
}

/** The name of the property that shows a page's title. */
export const titleOf = ({ properties }: DataSource): string | undefined =>
  Object.entries(properties).find(([, { type }]) => type === 'title')?.[0];

function configOf(
  workspace: Workspace,
  source: DataSource,
  type: Property['type'],
  config: Record<string, unknown>,
  path: string,
): Partial<Property> {
  const of = isRecord(config[type]) ? config[type] : {};
  if (type === 'select' || type === 'multi_select' || type === 'status') {
    const options = Array.isArray(of.options) ? of.options.filter(isRecord) : [];
    atMost(options, `${path}.${type}.options`);
    return { options: options.map(({ name, color }) => optionOf(textOf(name) ?? '', textOf(color) ?? 'default')) };
  }
  if (type !== 'relation') return {};
  const dataSourceId = idOf(of.data_source_id);
  if (!dataSourceId) throw invalid(`${path}.relation.data_source_id should be defined.`);
  if (dataSourceId !== source.id && !workspace.find('data_source', dataSourceId)) {
    throw unknown('data_source', dataSourceId);
  }
  if (!('dual_property' in of) && !('single_property' in of)) {
    throw invalid(`${path}.relation.single_property should be defined, instead was \`undefined\`.`);
  }
  return { relation: { dataSourceId } };
}

/** A two-sided relation also shows at the other end: Notion creates the property there. */
function connect(workspace: Workspace, source: DataSource, name: string, config: Record<string, unknown>): void {
  const own = source.properties[name];
  if (!own?.relation || !isRecord(config.dual_property)) return;
  const other =
    own.relation.dataSourceId === source.id ? source : workspace.find('data_source', own.relation.dataSourceId);
  if (!other) return;
  const wanted = config.dual_property.synced_property_name;
  const synced = typeof wanted === 'string' ? wanted : `Related to ${source.title} (${name})`;
  const id = newPropertyId(other, synced);
  other.properties[synced] = {
    id,
    type: 'relation',
    relation: { dataSourceId: source.id, syncedId: own.id },
  };
  own.relation.syncedId = id;
  workspace.put(other);
}

function newPropertyId(source: DataSource, name: string): string {
  const taken = new Set(Object.values(source.properties).map(({ id }) => id));
  for (let round = 0; ; round += 1) {
    const id = createHash('sha256').update(`${source.id} ${name} ${round}`).digest('base64url').slice(0, 4);
    if (!taken.has(id)) return id;
  }
}

function optionOf(name: string, color: string) {
  if (name.includes(',')) throw invalid(`The name of an option cannot contain commas, and ${said(name)} does.`);
  if (name === '' || name.length > 100) throw invalid(`${said(name)} should be 1 to 100 characters.`);
  return { id: createHash('sha256').update(name).digest('hex').slice(0, 8), name, color };
}

/** Reads what is stated of a page's properties. @returns values by the properties' ids */
export function readValues(
  workspace: Workspace,
  source: DataSource,
  stated: unknown,
): { values: Record<string, Value>; options: [Property, string][] } {
  const values: Record<string, Value> = {};
  const options: [Property, string][] = [];
  if (stated === undefined) return { values, options };
  if (!isRecord(stated)) throw invalid(`body.properties should be an object, instead was ${said(stated)}.`);
  for (const [key, value] of Object.entries(stated)) {
    const known = byNameOrId(source, key);
    if (!known) throw new Refused(400, `${key} is not a property that exists.`);
    const [name, property] = known;
    const path = `body.properties.${name}`;
    if (!isRecord(value)) throw invalid(`${path} should be an object, instead was ${said(value)}.`);
    if (!(property.type in value)) {
      const given = propertyTypes.find((each) => each in value);
      if (given) throw new Refused(400, `${name} is expected to be ${property.type}.`);
      throw invalid(`${path}.${property.type} should be defined, instead was \`undefined\`.`);
    }
    values[property.id] = readValue(workspace, property, value[property.type], `${path}.${property.type}`, options);
  }
  return { values, options };
}

function readValue(
  workspace: Workspace,
  property: Property,
  value: unknown,
  path: string,
  options: [Property, string][],
): Value {
  switch (property.type) {
    case 'title':
    case 'rich_text':
      return readText(value, path);
    case 'number':
      if (value === null || typeof value === 'number') return value;
      throw invalid(`${path} should be a number or \`null\`, instead was ${said(value)}.`);
    case 'checkbox':
      if (typeof value === 'boolean') return value;
      throw invalid(`${path} should be a boolean, instead was ${said(value)}.`);
    case 'url':
      return value === null ? null : readUrl(value, path);
    case 'email':
    case 'phone_number':
      if (value === null || typeof value === 'string') return value;
      throw invalid(`${path} should be a string or \`null\`, instead was ${said(value)}.`);
    case 'select':
    case 'status':
      return value === null ? null : readOption(property, value, path, options);
    case 'multi_select':
      if (!Array.isArray(value)) throw invalid(`${path} should be an array, instead was ${said(value)}.`);
      atMost(value, path);
      return value.map((each, index) => readOption(property, each, `${path}[${index}]`, options));
    case 'date':
      return value === null ? null : readDate(value, path);
    case 'people':
      return readIds(value, path);
    case 'relation':
      return readIds(value, path).map((id) => {
        const page = workspace.find('page', id);
        if (!page || page.isInTrash) throw unknown('page', id);
        const { parent } = page;
        const at = typeof parent === 'object' && 'dataSourceId' in parent ? parent.dataSourceId : undefined;
        if (at !== property.relation?.dataSourceId) {
          throw new Refused(400, `The page ${id} is not in the data source of the relation.`);
        }
        return id;
      });
  }
}

function readOption(property: Property, value: unknown, path: string, options: [Property, string][]): string {
  if (!isRecord(value)) throw invalid(`${path} should be an object, instead was ${said(value)}.`);
  const byId = property.options?.find(({ id }) => id === value.id);
  const name = byId?.name ?? value.name;
  if (typeof name !== 'string') throw invalid(`${path}.name should be a string, instead was ${said(name)}.`);
  if (property.options?.some((each) => each.name === name)) return name;
  // A select makes the option that it lacks, a status does not.
  if (property.type === 'status') throw invalid(`Status option "${name}" does not exist".`);
  optionOf(name, 'default');
  options.push([property, name]);
  return name;
}

/** Options named for the first time are created. */
export function addOptions(options: readonly [Property, string][]): void {
  for (const [property, name] of options) {
    if (property.options?.some((each) => each.name === name)) continue;
    property.options = [...(property.options ?? []), optionOf(name, 'default')];
  }
}

function readDate(value: unknown, path: string): DateValue {
  if (!isRecord(value)) throw invalid(`${path} should be an object or \`null\`, instead was ${said(value)}.`);
  const read = (name: 'start' | 'end'): string | null => {
    const given = value[name];
    if (given === undefined || given === null) return null;
    const isDate = typeof given === 'string' && /^\d{4}-\d{2}-\d{2}(T|$)/.test(given);
    if (!isDate || Number.isNaN(Date.parse(given))) {
      throw invalid(`${path}.${name} should be a valid ISO 8601 date string, instead was ${said(given)}.`);
    }
    return given;
  };
  const start = read('start');
  const end = read('end');
  if (start === null) throw invalid(`${path}.start should be defined, instead was \`undefined\`.`);
  if (end !== null && Date.parse(end) < Date.parse(start)) throw invalid(`${path}.end should not be before its start.`);
  const zone = value.time_zone;
  if (zone !== undefined && zone !== null) {
    if (typeof zone !== 'string') throw invalid(`${path}.time_zone should be a string or \`null\`.`);
    if (/(Z|[+-]\d{2}:\d{2})$/.test(start)) {
      throw invalid(`${path}.start should have no UTC offset where a time zone is given.`);
    }
  }
  return { start, end, time_zone: typeof zone === 'string' ? zone : null };
}

function readIds(value: unknown, path: string): string[] {
  if (!Array.isArray(value)) throw invalid(`${path} should be an array, instead was ${said(value)}.`);
  atMost(value, path);
  const ids = value.map((each: unknown, index) => {
    const id = isRecord(each) ? idOf(each.id) : undefined;
    if (!id) throw invalid(`${path}[${index}].id should be a valid uuid, instead was ${said(each)}.`);
    return id;
  });
  return [...new Set(ids)];
}

/** Sets values on a page; related pages show them from then on. */
export function applyValues(
  workspace: Workspace,
  source: DataSource,
  page: Page,
  values: Record<string, Value>,
  now: number,
): void {
  for (const [id, value] of Object.entries(values)) {
    const property = Object.values(source.properties).find((each) => each.id === id);
    const syncedId = property?.relation?.syncedId;
    const before = listOf(page.values[id]);
    page.values[id] = value;
    if (syncedId === undefined) continue;
    const after = listOf(value);
    const change = (otherId: string, to: (related: string[]) => string[]): void => {
      const other = workspace.find('page', otherId);
      if (!other) return;
      other.values[syncedId] = to(listOf(other.values[syncedId]));
      workspace.put(other);
    };
    for (const other of before.filter((each) => !after.includes(each))) {
      change(other, (related) => related.filter((each) => each !== page.id));
    }
    for (const other of after.filter((each) => !before.includes(each))) {
      change(other, (related) => [...new Set([...related, page.id])]);
    }
  }
  page.editedAt = now;
  workspace.put(page);
}

export const listOf = (value: Value | undefined): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

/** How many of a relation's pages come with a page; the rest is asked for by the property. */
const relatedShown = 25;

export function showProperty(property: Property, value: Value | undefined): Record<string, unknown> {
  const { id, type } = property;
  return { id, type, ...showValue(property, value) };
}

function showValue({ type, options = [] }: Property, value: Value | undefined): Record<string, unknown> {
  const option = (name: string) => options.find((each) => each.name === name) ?? optionOf(name, 'default');
  switch (type) {
    case 'title':
    case 'rich_text':
      return { [type]: Array.isArray(value) ? showText(value as never) : [] };
    case 'select':
    case 'status':
      return { [type]: typeof value === 'string' ? option(value) : null };
    case 'multi_select':
      return { [type]: listOf(value).map(option) };
    case 'relation': {
      const all = listOf(value);
      return { [type]: all.slice(0, relatedShown).map((id) => ({ id })), has_more: all.length > relatedShown };
    }
    case 'people':
      return { [type]: listOf(value).map((id) => ({ object: 'user', id })) };
    case 'checkbox':
      return { [type]: value ?? false };
    default:
      return { [type]: value ?? null };
  }
}

/** A value as people read it, for checks from outside. */
export function plainValue({ type }: Property, value: Value | undefined): unknown {
  if (type === 'title' || type === 'rich_text') return Array.isArray(value) ? plainText(value as never) : '';
  if (type === 'relation' || type === 'people' || type === 'multi_select') return listOf(value);
  return type === 'checkbox' ? (value ?? false) : (value ?? null);
}

export function showConfig(name: string, property: Property, workspace: Workspace): Record<string, unknown> {
  const { id, type, options, relation } = property;
  if (options) return { id, name, type, [type]: { options } };
  if (!relation) return { id, name, type, [type]: {} };
  const { dataSourceId, syncedId } = relation;
  const other = workspace.find('data_source', dataSourceId);
  const synced = Object.entries(other?.properties ?? {}).find(([, each]) => each.id === syncedId);
  const of = synced
    ? {
        type: 'dual_property',
        dual_property: { synced_property_id: syncedId, synced_property_name: synced[0] },
      }
    : { type: 'single_property', single_property: {} };
  return { id, name, type, relation: { data_source_id: dataSourceId, database_id: other?.databaseId, ...of } };
}
