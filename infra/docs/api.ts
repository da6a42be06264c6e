/** The API's operations as a page, from its OpenAPI description. */
import { buildApi } from '../../functions/api/api.ts';
import { describeApi } from '../../functions/api/openapi.ts';
import { table } from './table.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
}
type Content = Record<string, { schema?: Schema }>;
interface Operation {
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema; description?: string }[];
  requestBody?: { content: Content };
  responses: Record<string, { $ref?: string; description?: string; content?: Content }>;
}

/** The page says once what every operation may answer. */
const isOwn = ([status, { content }]: [string, Operation['responses'][string]]): boolean =>
  status !== '500' && (content !== undefined || !['401', '403'].includes(status));

const isAnswered = (status: string): boolean => status.startsWith('2');

export function operationPages(): string {
  const { paths = {}, tags = [], components } = describeApi(buildApi());
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({ path, method, operation })),
  );
  const refusals = components?.responses as Record<string, { description?: string }> | undefined;
  const write = ({ path, method, operation }: (typeof all)[number]): string => {
    const { parameters = [], requestBody, responses } = operation;
    const given = [
      ...parameters.map((each) => [
        `\`${each.name}\``,
        each.in,
        typeOf(each.schema),
        each.required ? 'yes' : '',
        each.description ?? each.schema?.description ?? '',
      ]),
      ...fieldsOf(requestBody?.content),
    ];
    const answers = Object.entries(responses)
      .filter(isOwn)
      .map(([status, { $ref, description, content }]) => [
        status,
        description ?? refusals?.[$ref?.split('/').at(-1) ?? '']?.description ?? '',
        isAnswered(status) ? typeOf(Object.values(content ?? {})[0]?.schema) : '',
      ]);
    return [
      `### ${method.toUpperCase()} ${path}`,
      `${operation.summary ?? ''}.`,
      ...(given.length > 0 ? [table(['Name', 'In', 'Type', 'Required', 'What it is'], given)] : []),
      table(['Status', 'Means', 'Body'], answers),
    ].join('\n\n');
  };
  return tags
    .map(({ name, description }) =>
      [
        `## ${name}`,
        description ?? '',
        ...all.filter(({ operation }) => operation.tags?.includes(name)).map(write),
      ].join('\n\n'),
    )
    .join('\n\n');
}

/** The fields of a body, or its alternatives by the values that tell them apart. */
function fieldsOf(content: Content | undefined): string[][] {
  const schema = Object.values(content ?? {})[0]?.schema;
  if (!schema) return [];
  const cases = schema.oneOf ?? schema.anyOf;
  if (cases) return cases.map((each) => ['', 'body', typeOf(each), '', fieldNames(each)]);
  if (!schema.properties) return [['', 'body', typeOf(schema), 'yes', schema.description ?? '']];
  return Object.entries(schema.properties).map(([name, of]) => [
    `\`${name}\``,
    'body',
    typeOf(of),
    schema.required?.includes(name) ? 'yes' : '',
    of.description ?? '',
  ]);
}

const fieldNames = ({ properties = {}, required = [] }: Schema): string =>
  Object.entries(properties)
    .map(([name, { enum: values }]) => {
      const said = values?.length === 1 ? `${name}: ${values[0]}` : name;
      return `\`${said}${required.includes(name) ? '' : '?'}\``;
    })
    .join(', ');

function typeOf(schema: Schema | undefined): string {
  if (!schema) return '';
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? '';
  if (schema.enum) return schema.enum.map((each) => `\`${each}\``).join(', ');
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  const cases = schema.anyOf ?? schema.oneOf;
  if (cases) return [...new Set(cases.map(typeOf))].join(' or ');
  return [schema.type ?? 'anything'].flat().join(' or ');
}
