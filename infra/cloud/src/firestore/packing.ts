import type { Fields, Value } from './values.ts';

/**
 * Fields as JSON text, as stored in SQLite: short, quick to parse, and readable in any SQLite shell.
 * Null, booleans, strings, doubles, arrays are themselves; everything else is an object with one key.
 */
type Packed =
  | null
  | boolean
  | string
  | number
  | Packed[]
  | { i: string }
  | { d: string }
  | { t: [string, number] }
  | { b: string }
  | { r: string }
  | { g: [number, number] }
  | { m: Record<string, Packed> };

export function packFields(fields: Fields): string {
  return JSON.stringify(packMap(fields));
}

/** Recently unpacked documents: queries read the same ones again and again. */
const unpacked = new Map<string, Fields>();
const mostUnpacked = 1_000;
const longestUnpacked = 16_384;

/** The same text may give the same object: it is not to be changed. */
export function unpackFields(text: string): Fields {
  const known = unpacked.get(text);
  if (known) return known;
  const fields = unpackMap(JSON.parse(text));
  if (text.length > longestUnpacked) return fields;
  if (unpacked.size >= mostUnpacked) unpacked.clear();
  unpacked.set(text, fields);
  return fields;
}

function packMap(fields: Fields): Record<string, Packed> {
  const out: Record<string, Packed> = {};
  // Names in one order, so that equal documents are equal text.
  for (const name of Object.keys(fields).sort()) out[name] = pack(fields[name] as Value);
  return out;
}

function unpackMap(fields: Record<string, Packed>): Fields {
  const out: Fields = {};
  for (const name of Object.keys(fields)) out[name] = unpack(fields[name] as Packed);
  return out;
}

function pack(value: Value): Packed {
  switch (value.valueType) {
    case 'nullValue':
      return null;
    case 'booleanValue':
      return value.booleanValue;
    case 'stringValue':
      return value.stringValue;
    case 'doubleValue': {
      const number = value.doubleValue;
      if (Number.isFinite(number) && !Object.is(number, -0)) return number;
      return { d: Object.is(number, -0) ? '-0' : String(number) };
    }
    case 'integerValue':
      return { i: value.integerValue };
    case 'timestampValue':
      return { t: [value.timestampValue.seconds, value.timestampValue.nanos] };
    case 'bytesValue':
      return { b: Buffer.from(value.bytesValue).toString('base64') };
    case 'referenceValue':
      return { r: value.referenceValue };
    case 'geoPointValue': {
      const { latitude, longitude } = value.geoPointValue;
      return { g: [latitude, longitude] };
    }
    case 'arrayValue':
      return value.arrayValue.values.map(pack);
    case 'mapValue':
      return { m: packMap(value.mapValue.fields) };
  }
}

function unpack(packed: Packed): Value {
  if (packed === null) return { valueType: 'nullValue', nullValue: 'NULL_VALUE' };
  if (typeof packed === 'string') return { valueType: 'stringValue', stringValue: packed };
  if (typeof packed === 'boolean') return { valueType: 'booleanValue', booleanValue: packed };
  if (typeof packed === 'number') return { valueType: 'doubleValue', doubleValue: packed };
  if (Array.isArray(packed)) return { valueType: 'arrayValue', arrayValue: { values: packed.map(unpack) } };
  if ('i' in packed) return { valueType: 'integerValue', integerValue: packed.i };
  if ('m' in packed) return { valueType: 'mapValue', mapValue: { fields: unpackMap(packed.m) } };
  if ('t' in packed) {
    const [seconds, nanos] = packed.t;
    return { valueType: 'timestampValue', timestampValue: { seconds, nanos } };
  }
  if ('d' in packed) return { valueType: 'doubleValue', doubleValue: Number(packed.d) };
  if ('b' in packed) return { valueType: 'bytesValue', bytesValue: Buffer.from(packed.b, 'base64') };
  if ('r' in packed) return { valueType: 'referenceValue', referenceValue: packed.r };
  const [latitude, longitude] = packed.g;
  return { valueType: 'geoPointValue', geoPointValue: { latitude, longitude } };
}
