import { GrpcError } from '../grpc.ts';

/** A Firestore value as the .proto shapes it, cleaned: nothing absent that has a default. */
export type Value =
  | { valueType: 'nullValue'; nullValue: 'NULL_VALUE' }
  | { valueType: 'booleanValue'; booleanValue: boolean }
  | { valueType: 'integerValue'; integerValue: string }
  | { valueType: 'doubleValue'; doubleValue: number }
  | { valueType: 'timestampValue'; timestampValue: Timestamp }
  | { valueType: 'stringValue'; stringValue: string }
  | { valueType: 'bytesValue'; bytesValue: Uint8Array }
  | { valueType: 'referenceValue'; referenceValue: string }
  | { valueType: 'geoPointValue'; geoPointValue: { latitude: number; longitude: number } }
  | { valueType: 'arrayValue'; arrayValue: { values: Value[] } }
  | { valueType: 'mapValue'; mapValue: { fields: Fields } };

export type Fields = Record<string, Value>;
export interface Timestamp {
  seconds: string;
  nanos: number;
}

/** A message as decoded: fields with their default value are absent. */
// biome-ignore lint/suspicious/noExplicitAny: shaped by the .proto, and checked where it is read
export type Wire = any;

export const nullValue: Value = { valueType: 'nullValue', nullValue: 'NULL_VALUE' };
export const integer = (value: bigint | number): Value => ({ valueType: 'integerValue', integerValue: String(value) });
export const double = (value: number): Value => ({ valueType: 'doubleValue', doubleValue: value });
export const array = (values: Value[]): Value => ({ valueType: 'arrayValue', arrayValue: { values } });
export const map = (fields: Fields): Value => ({ valueType: 'mapValue', mapValue: { fields } });

const deepest = 20;
const earliestSeconds = -62_135_596_800;
const latestSeconds = 253_402_300_799;
const reservedName = /^__.*__$/s;

/** The fields of a document or map off the wire; `depth` counts the maps and arrays around them. */
export function readFields(fields: Wire, depth = 0): Fields {
  const out: Fields = {};
  for (const name of Object.keys(fields ?? {})) {
    if (name === '') throw new GrpcError('INVALID_ARGUMENT', 'Document fields must not be empty strings.');
    if (reservedName.test(name) && !(depth > 0 && name === '__type__')) {
      throw new GrpcError(
        'INVALID_ARGUMENT',
        `Document fields cannot begin and end with "__" (illegal fields: ${name}).`,
      );
    }
    if (name.length > 500 && Buffer.byteLength(name) > 1_500) {
      throw new GrpcError('INVALID_ARGUMENT', 'The property name is longer than 1500 bytes.');
    }
    out[name] = readValue(fields[name], depth);
  }
  return out;
}

/** A decoded value; INVALID_ARGUMENT if Firestore would not store it. */
export function readValue(value: Wire, depth = 0): Value {
  switch (value?.valueType) {
    case 'nullValue':
      return nullValue;
    case 'booleanValue':
      return { valueType: 'booleanValue', booleanValue: value.booleanValue };
    case 'integerValue':
      return { valueType: 'integerValue', integerValue: value.integerValue };
    case 'doubleValue':
      return double(value.doubleValue);
    case 'timestampValue':
      return { valueType: 'timestampValue', timestampValue: readTimestamp(value.timestampValue) };
    case 'stringValue':
      return { valueType: 'stringValue', stringValue: value.stringValue };
    case 'bytesValue':
      return { valueType: 'bytesValue', bytesValue: value.bytesValue };
    case 'referenceValue':
      return { valueType: 'referenceValue', referenceValue: value.referenceValue };
    case 'geoPointValue':
      return readGeoPoint(value.geoPointValue);
    case 'arrayValue':
      return array((value.arrayValue.values ?? []).map((element: Wire) => readElement(element, depth)));
    case 'mapValue':
      checkDepth(depth);
      return map(readFields(value.mapValue.fields, depth + 1));
    default:
      throw new GrpcError('INVALID_ARGUMENT', `Cannot convert a value of type ${value?.valueType ?? 'unset'}.`);
  }
}

function readElement(value: Wire, depth: number): Value {
  if (value?.valueType === 'arrayValue') {
    throw new GrpcError('INVALID_ARGUMENT', 'Cannot convert an array value in an array value.');
  }
  checkDepth(depth);
  return readValue(value, depth + 1);
}

function checkDepth(depth: number): void {
  if (depth < deepest) return;
  throw new GrpcError('INVALID_ARGUMENT', `Property contains an invalid nested entity: deeper than ${deepest} levels.`);
}

function readTimestamp(timestamp: Wire): Timestamp {
  const seconds = Number(timestamp.seconds ?? 0);
  if (seconds < earliestSeconds || seconds > latestSeconds) {
    throw new GrpcError('INVALID_ARGUMENT', 'Timestamp is out of range: it must be from 0001-01-01 to 9999-12-31.');
  }
  // Firestore keeps microseconds and drops the rest.
  const nanos = timestamp.nanos ?? 0;
  return { seconds: String(seconds), nanos: nanos - (nanos % 1_000) };
}

function readGeoPoint(point: Wire): Value {
  const latitude = point.latitude ?? 0;
  const longitude = point.longitude ?? 0;
  if (!(Math.abs(latitude) <= 90)) throw new GrpcError('INVALID_ARGUMENT', 'Latitude must be in the range [-90, 90].');
  if (!(Math.abs(longitude) <= 180)) {
    throw new GrpcError('INVALID_ARGUMENT', 'Longitude must be in the range [-180, 180].');
  }
  return { valueType: 'geoPointValue', geoPointValue: { latitude, longitude } };
}

/** Microseconds since the epoch, the precision of commit times, as a timestamp. */
export function toTimestamp(micros: number): Timestamp {
  const seconds = Math.floor(micros / 1_000_000);
  return { seconds: String(seconds), nanos: (micros - seconds * 1_000_000) * 1_000 };
}

export function toMicros(timestamp: Wire): number {
  return Number(timestamp.seconds ?? 0) * 1_000_000 + Math.floor((timestamp.nanos ?? 0) / 1_000);
}

/** A document's size towards the limit of 1 MiB, as described in "Storage size calculations". */
export function documentSize(path: readonly string[], fields: Fields): number {
  return pathSize(path) + 32 + fieldsSize(fields);
}

function pathSize(path: readonly string[]): number {
  return path.reduce((size, segment) => size + Buffer.byteLength(segment) + 1, 16);
}

function fieldsSize(fields: Fields): number {
  let size = 0;
  for (const name of Object.keys(fields)) size += Buffer.byteLength(name) + 1 + valueSize(fields[name] as Value);
  return size;
}

function valueSize(value: Value): number {
  switch (value.valueType) {
    case 'nullValue':
    case 'booleanValue':
      return 1;
    case 'integerValue':
    case 'doubleValue':
    case 'timestampValue':
      return 8;
    case 'stringValue':
      return Buffer.byteLength(value.stringValue) + 1;
    case 'bytesValue':
      return value.bytesValue.length;
    case 'referenceValue':
      return pathSize(value.referenceValue.split('/').slice(5));
    case 'geoPointValue':
      return 16;
    case 'arrayValue':
      return value.arrayValue.values.reduce((size, element) => size + valueSize(element), 0);
    case 'mapValue':
      return fieldsSize(value.mapValue.fields);
  }
}
