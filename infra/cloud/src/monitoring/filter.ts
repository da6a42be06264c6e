import { GrpcError } from '../grpc.ts';

/** The value of a field such as `metric.labels.level`; undefined if there is none. */
export type Fields = (path: string) => string | undefined;
export type Filter = (fields: Fields) => boolean;

type Test = (value: string | undefined) => boolean;
const tokenForm =
  /"(?:[^"\\]|\\.)*"|'[^']*'|!=|>=|<=|[A-Za-z_][A-Za-z0-9_]*(?:\.(?:[A-Za-z0-9_]+|"[^"]*"))*|-?[0-9.]+|\S/g;

/**
 * A Monitoring filter: comparisons with `=`, `!=` and `:` (contains), the functions `starts_with`, `ends_with`,
 * `has_substring`, `one_of` and `monitoring.regex.full_match`, joined by AND (or nothing), OR, NOT and parentheses.
 *
 * @throws GrpcError INVALID_ARGUMENT
 */
export function parseFilter(text: string): Filter {
  const tokens = text.match(tokenForm) ?? [];
  let at = 0;
  const refuse = (): never => {
    throw new GrpcError('INVALID_ARGUMENT', `Field filter had an invalid value of "${text}".`);
  };
  const take = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected)) return refuse();
    return token;
  };
  const value = (): string => unquote(take());

  function either(): Filter {
    const terms = [all()];
    while (tokens[at] === 'OR') {
      at += 1;
      terms.push(all());
    }
    return (fields) => terms.some((holds) => holds(fields));
  }

  function all(): Filter {
    const terms = [term()];
    while (at < tokens.length && tokens[at] !== ')' && tokens[at] !== 'OR') {
      if (tokens[at] === 'AND') at += 1;
      terms.push(term());
    }
    return (fields) => terms.every((holds) => holds(fields));
  }

  function term(): Filter {
    const token = take();
    if (token === 'NOT' || token === '-') {
      const holds = term();
      return (fields) => !holds(fields);
    }
    if (token === '(') {
      const holds = either();
      take(')');
      return holds;
    }
    if (!/^[A-Za-z_]/.test(token)) return refuse();
    const path = normalise(token);
    const test = comparison(take());
    return (fields) => test(fields(path));
  }

  function comparison(operator: string): Test {
    if (operator === ':') {
      const part = value();
      return (got) => got?.includes(part) ?? false;
    }
    if (operator !== '=' && operator !== '!=') return refuse();
    const test = tokens[at + 1] === '(' ? call() : equals(value());
    return operator === '=' ? test : (got) => !test(got);
  }

  function call(): Test {
    const name = take();
    take('(');
    const given = [value()];
    while (tokens[at] === ',') {
      at += 1;
      given.push(value());
    }
    take(')');
    const [first = ''] = given;
    switch (name) {
      case 'starts_with':
        return (got) => got?.startsWith(first) ?? false;
      case 'ends_with':
        return (got) => got?.endsWith(first) ?? false;
      case 'has_substring':
        return (got) => got?.includes(first) ?? false;
      case 'one_of':
        return (got) => got !== undefined && given.includes(got);
      case 'monitoring.regex.full_match': {
        const form = regularExpression(first) ?? refuse();
        return (got) => got !== undefined && form.test(got);
      }
      default:
        return refuse();
    }
  }

  const holds = either();
  if (at < tokens.length) refuse();
  return holds;
}

const equals =
  (wanted: string): Test =>
  (got) =>
    got === wanted;

function regularExpression(text: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${text})$`);
  } catch {
    return undefined;
  }
}

function unquote(token: string): string {
  return /^["']/.test(token) ? token.slice(1, -1).replace(/\\(.)/g, '$1') : token;
}

/** `metric.label.level`, `metric.labels."level"` and `displayName` under their one name. */
function normalise(path: string): string {
  return path
    .replaceAll('"', '')
    .replace(/\.label\./, '.labels.')
    .replace(/^userLabels\./, 'user_labels.')
    .replace(/^displayName$/, 'display_name');
}

/** The metric types that a filter names, in the order it names them. */
export function metricTypesIn(text: string): string[] {
  return [...text.matchAll(/metric\.type\s*=\s*(?:[a-z_.]+\s*\(\s*)?["']([^"']*)["']/g)].map(
    ([, type]) => type as string,
  );
}

/** Whether a filter names the resource types, as conditions require. */
export const restrictsResource = (text: string): boolean =>
  (text.match(tokenForm) ?? []).some((token) => normalise(token) === 'resource.type');
