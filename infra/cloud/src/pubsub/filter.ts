import { GrpcError } from '../grpc.ts';

type Attributes = Readonly<Record<string, string>>;
type Predicate = (attributes: Attributes) => boolean;

const attributeOf = (attributes: Attributes, key: string): string | undefined =>
  Object.hasOwn(attributes, key) ? attributes[key] : undefined;

/**
 * A subscription's filter, as documented: `attributes:key`, `attributes.key = "v"`, `!=`,
 * `hasPrefix(attributes.key, "v")`, `NOT` (or `-`), `AND`, `OR` and parentheses; AND and OR do not mix
 * without parentheses.
 *
 * @throws GrpcError INVALID_ARGUMENT
 */
export function parseFilter(text: string): Predicate {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|!=|[A-Za-z0-9_]+|\S/g) ?? [];
  let at = 0;

  const refuse = (): never => {
    throw new GrpcError('INVALID_ARGUMENT', `Invalid filter: "${text}".`);
  };
  const take = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected)) return refuse();
    return token;
  };
  const word = (): string => {
    const token = take();
    if (!/^(?:\w+|".*")$/s.test(token)) return refuse();
    return token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/g, '$1') : token;
  };

  function expression(): Predicate {
    const terms = [term()];
    const operator = tokens[at];
    while (tokens[at] === 'AND' || tokens[at] === 'OR') {
      if (take() !== operator) refuse();
      terms.push(term());
    }
    return operator === 'OR'
      ? (attributes) => terms.some((holds) => holds(attributes))
      : (attributes) => terms.every((holds) => holds(attributes));
  }

  function term(): Predicate {
    const token = take();
    if (token === 'NOT' || token === '-') {
      const holds = term();
      return (attributes) => !holds(attributes);
    }
    if (token === '(') {
      const holds = expression();
      take(')');
      return holds;
    }
    if (token === 'hasPrefix') {
      take('(');
      take('attributes');
      take('.');
      const key = word();
      take(',');
      const prefix = word();
      take(')');
      return (attributes) => attributeOf(attributes, key)?.startsWith(prefix) ?? false;
    }
    if (token !== 'attributes') return refuse();
    const separator = take();
    if (separator === ':') {
      const key = word();
      return (attributes) => attributeOf(attributes, key) !== undefined;
    }
    if (separator !== '.') return refuse();
    const key = word();
    const operator = take();
    const value = word();
    if (operator === '=') return (attributes) => attributeOf(attributes, key) === value;
    if (operator === '!=') return (attributes) => attributeOf(attributes, key) !== value;
    return refuse();
  }

  const holds = expression();
  if (at < tokens.length) refuse();
  return holds;
}
