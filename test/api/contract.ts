/**
 * The API's description as text that people compare: a line a call and a body; parameters, answers and fields fill lines.
 * What most calls answer is said once, and of each call what else it answers, and what it does not.
 */
import { filled } from '../filled.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  format?: string;
  pattern?: string;
  description?: string;
  example?: unknown;
  default?: unknown;
  [limit: string]: unknown;
}
type Content = Record<string, { schema: Schema }>;
interface Answer {
  $ref?: string;
  description?: string;
  content?: Content;
  headers?: object;
}
interface Operation {
  operationId: string;
  tags: string[];
  summary?: string;
  security?: object[];
  parameters?: { in: string; name: string; required?: boolean; schema: Schema }[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, Answer>;
}
export interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; responses: Record<string, Answer> };
}

export function writeContract({ paths, components }: Description): string {
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, of]) => ({ call: `${method.toUpperCase()} ${path}`, of })),
  );
  const answered = Map.groupBy(
    calls.flatMap(({ of }) => answersOf(of)),
    (answer) => answer,
  );
  const usual = [...answered].filter(([, all]) => all.length > 0.75 * calls.length).map(([answer]) => answer);
  const operations = [
    ['Most calls', ...inLines(usual)],
    ...calls.map(({ call, of }) => writeOperation(call, of, usual)),
  ];
  const schemas = Object.entries(components.schemas).map(([name, schema]) => [name, ...fieldsOf(schema)]);
  const answers = Object.entries(components.responses).map(([name, answer]) => [`${name}: ${writeAnswer(answer)}`]);
  return `${[...operations, ...schemas, ...answers].map((lines) => lines.join('\n')).join('\n')}\n`;
}

function writeOperation(call: string, operation: Operation, usual: readonly string[]): string[] {
  const { operationId, tags, summary, security, parameters = [], requestBody } = operation;
  const callers = security?.flatMap((each) => Object.keys(each)).join(', ');
  const answers = answersOf(operation);
  const lacks = usual.filter((each) => !answers.includes(each)).map((each) => `no ${each}`);
  return [
    `${call} ⏎ ${operationId} (${tags.join(', ')}): ${summary}${callers ? `; by ${callers}` : ''}`,
    ...inLines(parameters.map((each) => `${each.in} ${each.name}${each.required ? '' : '?'}: ${write(each.schema)}`)),
    ...(requestBody
      ? bodiesOf(requestBody.content).map((each) => `  body${requestBody.required ? '' : '?'} ${each}`)
      : []),
    ...inLines([...answers.filter((each) => !usual.includes(each)), ...lacks]),
  ];
}

const answersOf = ({ responses }: Operation): string[] =>
  Object.entries(responses).map(([status, answer]) => `${status} ${writeAnswer(answer)}`);

const bodiesOf = (content: Content): string[] =>
  Object.entries(content).flatMap(([type, { schema }]) =>
    (schema.oneOf ?? schema.anyOf ?? [schema]).map((each) => `${type} ${write(each)}`),
  );

function writeAnswer({ $ref, description, content = {}, headers = {} }: Answer): string {
  if ($ref) return nameOf($ref);
  const types = Object.entries(content).map(([type, { schema }]) => `${type} ${write(schema)}`);
  return [description, ...types, ...Object.keys(headers).map((each) => `with ${each}`)].join('; ');
}

const fieldsOf = (schema: Schema): string[] =>
  schema.properties
    ? inLines([...Object.keys(schema.properties).map((name) => field(schema, name)), more(schema)])
    : [`  ${write(schema)}`];

const inLines = (parts: string[]): string[] => filled(parts, ' ⏎ ', 240).map((line) => `  ${line}`);

const field = ({ properties, required = [] }: Schema, name: string): string =>
  `${name}${required.includes(name) ? '' : '?'}: ${write(properties?.[name] ?? {})}`;

/** What else an object may have. */
const more = ({ additionalProperties }: Schema): string =>
  additionalProperties === false
    ? 'nothing else'
    : typeof additionalProperties === 'object'
      ? `…: ${write(additionalProperties)}`
      : '…';

/** Keys beside a value's limits that are not limits. */
const told = [
  '$ref',
  'type',
  'enum',
  'anyOf',
  'oneOf',
  'properties',
  'items',
  'description',
  'required',
  'additionalProperties',
];

function write(schema: Schema): string {
  const { description } = schema;
  const limits = Object.entries(schema).filter(([name]) => !told.includes(name));
  const said = limits.map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const parts = [kindOf(schema), said.length > 0 ? `(${said.join(', ')})` : '', description ? `“${description}”` : ''];
  return parts.filter((each) => each !== '').join(' ');
}

function kindOf(schema: Schema): string {
  const { $ref, type = 'anything', enum: values, anyOf, oneOf, properties, items, additionalProperties } = schema;
  const ways = anyOf ?? oneOf;
  const types = [type].flat();
  if ($ref) return nameOf($ref);
  if (ways) return ways.map(write).join(' or ');
  if (values) return [...new Set([...values.map(String), ...types.filter((each) => each === 'null')])].join(' | ');
  if (items) return `${types.join(' or ')} of ${write(items)}`;
  if (!properties && typeof additionalProperties !== 'object') return types.join(' or ');
  const fields = Object.keys(properties ?? {}).map((name) => field(schema, name));
  return `${types.join(' or ')} { ${[...fields, more(schema)].join(', ')} }`;
}

const nameOf = (reference: string): string => reference.split('/').at(-1) ?? '';

/** The fields of what was answered, those of a list's items together: `{ id, links[] { to } }`. */
export function shapeOf(values: readonly unknown[]): string {
  const lists = values.filter(Array.isArray);
  if (lists.length > 0) return `[]${shapeOf(lists.flat())}`;
  const objects = values.filter((each) => typeof each === 'object' && each !== null);
  if (objects.length === 0) return '';
  const fields = new Map<string, unknown[]>();
  for (const [name, value] of objects.flatMap((each) => Object.entries(each)))
    fields.set(name, [...(fields.get(name) ?? []), value]);
  const said = [...fields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, of]) => name + shapeOf(of));
  return ` { ${said.join(', ')} }`;
}
