import { GrpcError } from '../grpc.ts';
import { encodeValue, isEqualKey, type Key, nanKey, nullKey, prefixKey, typeRange } from './keys.ts';
import { documentName, type FieldPath, formatFieldPath, getField, parseFieldPath, parsePath } from './paths.ts';
import { readValue, type Value, type Wire } from './values.ts';
import type { StoredDocument } from './writes.ts';

export type Operator =
  | 'equal'
  | 'not-equal'
  | 'less'
  | 'at-most'
  | 'greater'
  | 'at-least'
  | 'contains'
  | 'in'
  | 'contains-any'
  | 'not-in'
  | 'not-null'
  | 'not-nan';

/** One comparison, on bytes; the operands of `__name__` are document keys. */
export interface Condition {
  kind: 'condition';
  field: FieldPath;
  /** The field path as text, `__name__` for the document's name. */
  fieldText: string;
  operator: Operator;
  operands: Key[];
}

export type Filter = Condition | { kind: 'and'; filters: Filter[] } | { kind: 'or'; filters: Filter[] };

const operators: Record<string, Operator> = {
  EQUAL: 'equal',
  NOT_EQUAL: 'not-equal',
  LESS_THAN: 'less',
  LESS_THAN_OR_EQUAL: 'at-most',
  GREATER_THAN: 'greater',
  GREATER_THAN_OR_EQUAL: 'at-least',
  ARRAY_CONTAINS: 'contains',
  IN: 'in',
  ARRAY_CONTAINS_ANY: 'contains-any',
  NOT_IN: 'not-in',
};

const invalid = (message: string) => new GrpcError('INVALID_ARGUMENT', message);

export function readFilter(filter: Wire): Filter {
  switch (filter?.filterType) {
    case 'compositeFilter': {
      const { op, filters = [] } = filter.compositeFilter;
      if (op !== 'AND' && op !== 'OR') throw invalid('A composite filter must be AND or OR.');
      if (filters.length === 0) throw invalid('A composite filter must have at least one sub-filter.');
      return { kind: op === 'OR' ? 'or' : 'and', filters: filters.map(readFilter) };
    }
    case 'unaryFilter':
      return readUnary(filter.unaryFilter);
    case 'fieldFilter':
      return readComparison(filter.fieldFilter);
    default:
      throw invalid('A filter must have a type.');
  }
}

function readUnary({ op, field }: Wire): Condition {
  switch (op) {
    case 'IS_NULL':
      return condition(field, 'equal', [nullKey]);
    case 'IS_NAN':
      return condition(field, 'equal', [nanKey]);
    case 'IS_NOT_NULL':
      return condition(field, 'not-null', []);
    case 'IS_NOT_NAN':
      return condition(field, 'not-nan', []);
    default:
      throw invalid(`Unknown unary operator ${op}.`);
  }
}

function readComparison({ op, field, value }: Wire): Condition {
  const operator = operators[op];
  if (!operator) throw invalid(`Unknown operator ${op}.`);
  const isName = field?.fieldPath === documentName;
  if (!hasListOperand(operator)) return condition(field, operator, [operandKey(readValue(value), isName)]);
  const list = readValue(value);
  if (list.valueType !== 'arrayValue') throw invalid(`'${op}' requires an ArrayValue.`);
  const { values } = list.arrayValue;
  if (values.length === 0) throw invalid(`'${op}' requires an non-empty ArrayValue.`);
  const most = operator === 'not-in' ? 10 : 30;
  if (values.length > most) throw invalid(`'${op}' supports up to ${most} comparison values.`);
  return condition(
    field,
    operator,
    values.map((element) => operandKey(element, isName)),
  );
}

function hasListOperand(operator: Operator): boolean {
  return operator === 'in' || operator === 'contains-any' || operator === 'not-in';
}

function condition(field: Wire, operator: Operator, operands: Key[]): Condition {
  const path = parseFieldPath(field?.fieldPath);
  return { kind: 'condition', field: path, fieldText: formatFieldPath(path), operator, operands };
}

/** The comparable form of a value, for a field or, with `isName`, for the name. */
export function operandKey(value: Value, isName: boolean): Key {
  if (!isName) return encodeValue(value);
  if (value.valueType !== 'referenceValue') {
    throw invalid('__key__ filter value must be a Key');
  }
  return nameKey(value.referenceValue);
}

/** The key of any path: clients bound ranges with paths that no document can have. */
export function nameKey(name: string): Key {
  return Buffer.concat([prefixKey(parsePath(name).path), Buffer.of(0)]);
}

export function matches(filter: Filter | undefined, document: StoredDocument): boolean {
  if (!filter) return true;
  if (filter.kind === 'and') return filter.filters.every((inner) => matches(inner, document));
  if (filter.kind === 'or') return filter.filters.some((inner) => matches(inner, document));
  if (filter.fieldText === documentName) return holds(filter, document.name.key);
  const value = getField(document.fields, filter.field);
  if (value === undefined) return false;
  if (filter.operator === 'contains' || filter.operator === 'contains-any') {
    if (value.valueType !== 'arrayValue') return false;
    const elements = value.arrayValue.values.map(keyOf);
    return filter.operands.some((operand) => elements.some((element) => isEqualKey(element, operand)));
  }
  return holds(filter, keyOf(value), true);
}

/** Values that queries look at again and again: {@link unpackFields} gives the same objects. */
const keys = new WeakMap<Value, Key>();

function keyOf(value: Value): Key {
  const key = keys.get(value) ?? encodeValue(value);
  keys.set(value, key);
  return key;
}

function holds({ operator, operands }: Condition, key: Key, isValue = false): boolean {
  const operand = operands[0] as Key;
  switch (operator) {
    case 'equal':
      return isEqualKey(key, operand);
    case 'in':
      return operands.some((one) => isEqualKey(key, one));
    case 'not-equal':
      return !(isValue && isEqualKey(key, nullKey)) && !isEqualKey(key, operand);
    case 'not-in':
      if (isValue && operands.some((one) => isEqualKey(one, nullKey))) return false;
      return !(isValue && isEqualKey(key, nullKey)) && !operands.some((one) => isEqualKey(key, one));
    case 'not-null':
      return !isEqualKey(key, nullKey);
    case 'not-nan':
      return !isEqualKey(key, nanKey) && !isEqualKey(key, nullKey);
    default:
      // Ranges stay within the type of their operand.
      return (!isValue || isSameType(key, operand)) && isOrdered(operator, Buffer.compare(key, operand));
  }
}

function isSameType(key: Key, operand: Key): boolean {
  const { from, to } = typeRange(operand);
  return Buffer.compare(key, from) >= 0 && Buffer.compare(key, to) < 0;
}

function isOrdered(operator: Operator, order: number): boolean {
  if (order === 0) return operator === 'at-most' || operator === 'at-least';
  return order < 0 ? operator === 'less' || operator === 'at-most' : operator === 'greater' || operator === 'at-least';
}

export function conditionsOf(filter: Filter | undefined): Condition[] {
  if (!filter) return [];
  return filter.kind === 'condition' ? [filter] : filter.filters.flatMap(conditionsOf);
}

export const isInequality = ({ operator }: Condition): boolean =>
  operator !== 'equal' && operator !== 'in' && operator !== 'contains' && operator !== 'contains-any';

/** A filter as a list of alternatives, each of which holds if all of its conditions do. `in` becomes several. */
export function toAlternatives(filter: Filter | undefined): Condition[][] {
  if (!filter) return [[]];
  if (filter.kind === 'or') return filter.filters.flatMap(toAlternatives);
  if (filter.kind === 'and') {
    return filter.filters.map(toAlternatives).reduce(
      (products, choices) => {
        if (products.length * choices.length > 1_000) throw tooManyAlternatives();
        return products.flatMap((product) => choices.map((choice) => [...product, ...choice]));
      },
      [[]] as Condition[][],
    );
  }
  const single = filter.operator === 'in' ? 'equal' : filter.operator === 'contains-any' ? 'contains' : undefined;
  return single ? filter.operands.map((operand) => [{ ...filter, operator: single, operands: [operand] }]) : [[filter]];
}

const mostAlternatives = 30;

export function tooManyAlternatives(): GrpcError {
  return invalid(
    `Invalid Query. The number of disjunctions is over the maximum of ${mostAlternatives} in disjunctive normal form.`,
  );
}

export function checkAlternatives(alternatives: Condition[][]): void {
  if (alternatives.length > mostAlternatives) throw tooManyAlternatives();
  for (const alternative of alternatives) {
    if (alternative.filter(({ operator }) => operator === 'contains').length > 1) {
      throw invalid("A maximum of 1 'ARRAY_CONTAINS' filter is allowed per disjunction.");
    }
  }
}
