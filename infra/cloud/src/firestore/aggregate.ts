import { GrpcError } from '../grpc.ts';
import { type FieldPath, formatFieldPath, getField, parseFieldPath } from './paths.ts';
import { double, type Fields, integer, nullValue, type Value, type Wire } from './values.ts';

export interface Aggregation {
  alias: string;
  kind: 'count' | 'sum' | 'avg';
  /** The field of sum and avg. */
  field: FieldPath | undefined;
  /** The upper limit of a count. */
  upTo: number | undefined;
}

export function readAggregations(aggregations: Wire[]): Aggregation[] {
  const out = aggregations.map((aggregation: Wire, at): Aggregation => {
    const kind = aggregation.operator;
    if (kind !== 'count' && kind !== 'sum' && kind !== 'avg') {
      throw new GrpcError('INVALID_ARGUMENT', 'An aggregation must have an operator.');
    }
    const { field, upTo } = aggregation[kind];
    return {
      alias: aggregation.alias || `field_${at + 1}`,
      kind,
      field: kind === 'count' ? undefined : parseFieldPath(field?.fieldPath),
      upTo: upTo && Number(upTo.value ?? 0),
    };
  });
  if (out.length === 0 || out.length > 5) {
    throw new GrpcError('INVALID_ARGUMENT', 'The number of aggregations must be from 1 to 5.');
  }
  return out;
}

/** The fields that are summed or averaged, as text. */
export function fieldsOf(aggregations: readonly Aggregation[]): string[] {
  return aggregations.flatMap(({ field }) => (field ? [formatFieldPath(field)] : []));
}

export function countValue({ upTo }: Aggregation, count: number): Value {
  return integer(upTo === undefined ? count : Math.min(upTo, count));
}

export function aggregate(aggregations: readonly Aggregation[], documents: readonly Fields[]): Record<string, Value> {
  // Aggregations are read off an index, which holds only documents that have all of its fields.
  const complete = documents.filter((fields) =>
    aggregations.every(({ field }) => !field || getField(fields, field) !== undefined),
  );
  const out: Record<string, Value> = {};
  for (const aggregation of aggregations) {
    const { alias, kind, field } = aggregation;
    if (kind === 'count') out[alias] = countValue(aggregation, complete.length);
    else {
      const values = complete.map((fields) => getField(fields, field as FieldPath) as Value);
      out[alias] = kind === 'sum' ? sum(values) : average(values);
    }
  }
  return out;
}

/** Integers add up exactly and become a double only beyond 64 bits; other types are skipped. */
function sum(values: readonly Value[]): Value {
  let exact = 0n;
  let inexact = 0;
  let hasDoubles = false;
  for (const value of values) {
    if (value.valueType === 'integerValue') exact += BigInt(value.integerValue);
    if (value.valueType !== 'doubleValue') continue;
    inexact += value.doubleValue;
    hasDoubles = true;
  }
  if (hasDoubles || BigInt.asIntN(64, exact) !== exact) return double(Number(exact) + inexact);
  return integer(exact);
}

function average(values: readonly Value[]): Value {
  const numbers = values.filter(({ valueType }) => valueType === 'integerValue' || valueType === 'doubleValue');
  if (numbers.length === 0) return nullValue;
  const total = sum(numbers);
  return double(
    (total.valueType === 'integerValue' ? Number(total.integerValue) : (total as { doubleValue: number }).doubleValue) /
      numbers.length,
  );
}
