import { GrpcError } from '../grpc.ts';
import { encodeValue } from './keys.ts';
import { array, double, integer, nullValue, readValue, toTimestamp, type Value, type Wire } from './values.ts';

/** A field transform, decoded once and applied to whatever the field holds. */
export type Transform = (current: Value | undefined, timeMicros: number) => { value: Value; result: Value };

const largest = 2n ** 63n - 1n;
const smallest = -(2n ** 63n);

export function readTransform(transform: Wire): Transform {
  switch (transform.transformType) {
    case 'setToServerValue':
      if (transform.setToServerValue !== 'REQUEST_TIME') break;
      return (_current, timeMicros) => same({ valueType: 'timestampValue', timestampValue: toTimestamp(timeMicros) });
    case 'increment': {
      const operand = readNumber(transform.increment, 'increment');
      return (current) => same(isNumber(current) ? add(current, operand) : operand);
    }
    case 'maximum': {
      const operand = readNumber(transform.maximum, 'maximum');
      return (current) => same(isNumber(current) && !isFurther(operand, current, 1) ? current : operand);
    }
    case 'minimum': {
      const operand = readNumber(transform.minimum, 'minimum');
      return (current) => same(isNumber(current) && !isFurther(operand, current, -1) ? current : operand);
    }
    case 'appendMissingElements': {
      const elements = readElements(transform.appendMissingElements);
      return (current) => ({ value: array(union(elementsOf(current), elements)), result: nullValue });
    }
    case 'removeAllFromArray': {
      const removed = new Set(readElements(transform.removeAllFromArray).map(identity));
      return (current) => ({
        value: array(elementsOf(current).filter((element) => !removed.has(identity(element)))),
        result: nullValue,
      });
    }
  }
  throw new GrpcError('INVALID_ARGUMENT', `Unknown transform ${transform.transformType ?? 'unset'}.`);
}

function same(value: Value): { value: Value; result: Value } {
  return { value, result: value };
}

type NumberValue = Extract<Value, { valueType: 'integerValue' | 'doubleValue' }>;

function isNumber(value: Value | undefined): value is NumberValue {
  return value?.valueType === 'integerValue' || value?.valueType === 'doubleValue';
}

function readNumber(operand: Wire, name: string): NumberValue {
  const value = readValue(operand);
  if (!isNumber(value)) throw new GrpcError('INVALID_ARGUMENT', `The operand of ${name} must be a number.`);
  return value;
}

function toNumber(value: NumberValue): number {
  return value.valueType === 'integerValue' ? Number(value.integerValue) : value.doubleValue;
}

/** Integers stay integers and stop at their bounds instead of overflowing. */
function add(a: NumberValue, b: NumberValue): Value {
  if (a.valueType === 'doubleValue' || b.valueType === 'doubleValue') return double(toNumber(a) + toNumber(b));
  const sum = BigInt(a.integerValue) + BigInt(b.integerValue);
  return integer(sum > largest ? largest : sum < smallest ? smallest : sum);
}

/** Whether the operand replaces the field: NaN always wins, and what is equal (3 and 3.0) leaves the field alone. */
function isFurther(operand: NumberValue, current: NumberValue, direction: 1 | -1): boolean {
  if (Number.isNaN(toNumber(current))) return false;
  if (Number.isNaN(toNumber(operand))) return true;
  return Buffer.compare(encodeValue(operand), encodeValue(current)) * direction > 0;
}

function readElements(operand: Wire): Value[] {
  const value = readValue({ valueType: 'arrayValue', arrayValue: operand ?? {} });
  return value.valueType === 'arrayValue' ? value.arrayValue.values : [];
}

function elementsOf(value: Value | undefined): Value[] {
  return value?.valueType === 'arrayValue' ? value.arrayValue.values : [];
}

function identity(value: Value): string {
  return Buffer.from(encodeValue(value)).toString('latin1');
}

function union(current: Value[], added: Value[]): Value[] {
  const known = new Set(current.map(identity));
  const out = [...current];
  for (const element of added) {
    const id = identity(element);
    if (known.has(id)) continue;
    known.add(id);
    out.push(element);
  }
  return out;
}
