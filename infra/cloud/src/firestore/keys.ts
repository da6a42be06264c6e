import type { Value } from './values.ts';

/**
 * Bytes that sort as Firestore sorts. Every encoding ends itself (none is a prefix of another), so
 * encodings can be put one after the other and still sort, and complementing one reverses it. Queries,
 * cursors, equality and the indexes all compare these bytes, so that there is one order, not several.
 */
export type Key = Uint8Array;

/** Types in the order of their values; `numbers` starts after NaN, which ranges over numbers leave out. */
const tags = {
  null: 0x05,
  false: 0x0a,
  true: 0x0b,
  nan: 0x0f,
  number: 0x10,
  timestamp: 0x20,
  string: 0x30,
  bytes: 0x40,
  reference: 0x50,
  geoPoint: 0x60,
  array: 0x70,
  vector: 0x78,
  map: 0x80,
};

let buffer = Buffer.allocUnsafe(1024);
let length = 0;

function reserve(size: number): void {
  if (length + size <= buffer.length) return;
  const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + size));
  buffer.copy(larger, 0, 0, length);
  buffer = larger;
}

function writeByte(byte: number): void {
  reserve(1);
  buffer[length++] = byte;
}

/** 0x00 ends the text, so 0x00 and 0x01 within it are escaped. */
function writeText(text: string): void {
  if (text.includes('\0') || text.includes('\u0001')) {
    writeBytes(Buffer.from(text));
    return;
  }
  reserve(text.length * 3 + 1);
  length += buffer.write(text, length, 'utf8');
  writeByte(0);
}

/** Numeric IDs such as `__id7__`. */
const numericSegment = /^__id(0|-?[1-9]\d{0,18})__$/;
const leastInteger = -(2n ** 63n);
const greatestInteger = 2n ** 63n - 1n;

/**
 * A part of a path. Numeric ids come before all others, and by their value: 0x01 0x00 is after the end of a path, and
 * before every text, whose escapes begin with 0x01 as well.
 */
function writeSegment(id: string): void {
  const digits = id.startsWith('__id') ? numericSegment.exec(id)?.[1] : undefined;
  const number = digits === undefined ? undefined : BigInt(digits);
  if (number === undefined || number < leastInteger || number > greatestInteger) {
    writeText(id);
    return;
  }
  reserve(10);
  buffer[length] = 1;
  buffer[length + 1] = 0;
  buffer.writeBigUInt64BE(number - leastInteger, length + 2);
  length += 10;
}

function writeBytes(bytes: Uint8Array): void {
  reserve(bytes.length * 2 + 1);
  for (const byte of bytes) {
    if (byte <= 1) buffer[length++] = 1;
    buffer[length++] = byte <= 1 ? byte + 1 : byte;
  }
  buffer[length++] = 0;
}

/** Doubles in order; `excess` is how far an integer lies above the nearest double not above it. */
function writeNumber(double: number, excess: number): void {
  reserve(10);
  // Adding 0 makes -0 the same as 0.
  buffer.writeDoubleBE(double + 0, length);
  if ((buffer[length] as number) & 0x80) complement(length, length + 8);
  else buffer[length] = (buffer[length] as number) | 0x80;
  buffer.writeUInt16BE(excess, length + 8);
  length += 10;
}

function complement(from: number, to: number): void {
  for (let at = from; at < to; at += 1) buffer[at] = ~(buffer[at] as number);
}

function writeInteger(text: string): void {
  const number = Number(text);
  if (Number.isSafeInteger(number)) {
    writeNumber(number, 0);
    return;
  }
  const exact = BigInt(text);
  let below = number;
  if (BigInt(below) > exact) below = doubleBelow(below);
  writeNumber(below, Number(exact - BigInt(below)));
}

function doubleBelow(number: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  view.setBigInt64(0, view.getBigInt64(0) + (number > 0 ? -1n : 1n));
  return view.getFloat64(0);
}

function writeValue(value: Value): void {
  switch (value.valueType) {
    case 'nullValue':
      writeByte(tags.null);
      break;
    case 'booleanValue':
      writeByte(value.booleanValue ? tags.true : tags.false);
      break;
    case 'integerValue':
      writeByte(tags.number);
      writeInteger(value.integerValue);
      break;
    case 'doubleValue':
      if (Number.isNaN(value.doubleValue)) {
        writeByte(tags.nan);
        break;
      }
      writeByte(tags.number);
      writeNumber(value.doubleValue, 0);
      break;
    case 'timestampValue':
      writeByte(tags.timestamp);
      reserve(10);
      // Seconds from the year 1, so that they are never negative.
      buffer.writeUIntBE(Number(value.timestampValue.seconds) + 62_135_596_800, length, 6);
      buffer.writeUInt32BE(value.timestampValue.nanos, length + 6);
      length += 10;
      break;
    case 'stringValue':
      writeByte(tags.string);
      writeText(value.stringValue);
      break;
    case 'bytesValue':
      writeByte(tags.bytes);
      writeBytes(value.bytesValue);
      break;
    case 'referenceValue':
      writeByte(tags.reference);
      for (const segment of value.referenceValue.split('/')) writeSegment(segment);
      writeByte(0);
      break;
    case 'geoPointValue':
      writeByte(tags.geoPoint);
      writeNumber(value.geoPointValue.latitude, 0);
      writeNumber(value.geoPointValue.longitude, 0);
      break;
    case 'arrayValue':
      writeByte(tags.array);
      for (const element of value.arrayValue.values) writeValue(element);
      writeByte(0);
      break;
    case 'mapValue':
      writeMap(value.mapValue.fields);
      break;
  }
}

function writeMap(fields: Record<string, Value>): void {
  const vector = vectorElements(fields);
  if (vector) {
    // Vectors sort by dimension first.
    writeByte(tags.vector);
    writeNumber(vector.length, 0);
    for (const element of vector) writeValue(element);
    writeByte(0);
    return;
  }
  writeByte(tags.map);
  const names = Object.keys(fields);
  if (names.length > 1) names.sort(compareText);
  for (const name of names) {
    writeByte(1);
    writeText(name);
    writeValue(fields[name] as Value);
  }
  writeByte(0);
}

/** The numbers of a vector, which is a map of a special shape. */
export function vectorElements(fields: Record<string, Value>): Value[] | undefined {
  const type = Object.hasOwn(fields, '__type__') ? fields.__type__ : undefined;
  const elements = fields.value;
  if (type?.valueType !== 'stringValue' || type.stringValue !== '__vector__') return undefined;
  return elements?.valueType === 'arrayValue' ? elements.arrayValue.values : undefined;
}

/** Text by its UTF-8 bytes: as by code points, which differs from UTF-16 order above U+D800. */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function take(): Key {
  const key = Buffer.from(buffer.subarray(0, length));
  length = 0;
  return key;
}

export function encodeValue(value: Value): Key {
  length = 0;
  writeValue(value);
  return take();
}

/** One part of a sort key: a value, or the key of a document where its name is sorted by. */
export type SortPart = { value: Value | Key; isDescending: boolean };

export function encodeSortKey(parts: readonly SortPart[]): Key {
  length = 0;
  for (const { value, isDescending } of parts) {
    const start = length;
    if (value instanceof Uint8Array) writeRaw(value);
    else writeValue(value);
    if (isDescending) complement(start, length);
  }
  return take();
}

function writeRaw(key: Key): void {
  reserve(key.length);
  buffer.set(key, length);
  length += key.length;
}

/** The start of the keys of everything below a path. */
export function prefixKey(segments: readonly string[]): Key {
  length = 0;
  for (const segment of segments) writeSegment(segment);
  return take();
}

/** The key of a document: documents sort by it as by name, a document before what is below it. */
export function documentKey(segments: readonly string[]): Key {
  length = 0;
  for (const segment of segments) writeSegment(segment);
  writeByte(0);
  return take();
}

/** The path of a document's key, or of a prefix of it. */
export function decodeKey(key: Key): string[] {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  const segments: string[] = [];
  for (let start = 0; start < bytes.length && bytes[start] !== 0; ) {
    if (bytes[start] === 1 && bytes[start + 1] === 0) {
      segments.push(`__id${bytes.readBigUInt64BE(start + 2) + leastInteger}__`);
      start += 10;
      continue;
    }
    const end = bytes.indexOf(0, start);
    segments.push(unescapeBytes(bytes.subarray(start, end)));
    start = end + 1;
  }
  return segments;
}

function unescapeBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes);
  if (!text.includes(1)) return text.toString();
  const out: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] as number;
    out.push(byte === 1 ? (text[++at] as number) - 1 : byte);
  }
  return Buffer.from(out).toString();
}

/** The first bytes after everything that starts with these. */
export function afterPrefix(key: Key): Key {
  let end = key.length;
  while (end > 0 && key[end - 1] === 0xff) end -= 1;
  if (end === 0) return lastKey;
  const after = Buffer.from(key.subarray(0, end));
  after[end - 1] = (after[end - 1] as number) + 1;
  return after;
}

/** Greater than every key: tags, text and their complements never start with four of these. */
export const lastKey: Key = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
export const firstKey: Key = Buffer.alloc(0);

/** The range of values of the same type; NaN does not count as a number here. */
export function typeRange(key: Key): { from: Key; to: Key } {
  const tag = key[0] as number;
  if (tag === tags.true || tag === tags.false) return { from: Buffer.of(tags.false), to: Buffer.of(tags.true + 1) };
  return { from: Buffer.of(tag), to: Buffer.of(tag + 1) };
}

export const nullKey: Key = Buffer.of(tags.null);
export const nanKey: Key = Buffer.of(tags.nan);

export function isEqualKey(a: Key, b: Key): boolean {
  return Buffer.compare(a, b) === 0;
}

export function startsWith(key: Key, prefix: Key): boolean {
  return key.length >= prefix.length && isEqualKey(key.subarray(0, prefix.length), prefix);
}

export function concatKeys(...keys: Key[]): Key {
  return Buffer.concat(keys);
}
