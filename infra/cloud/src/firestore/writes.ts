import { GrpcError } from '../grpc.ts';
import { packFields } from './packing.ts';
import { type DocumentName, type FieldPath, getField, parseDocumentName, parseFieldPath, withField } from './paths.ts';
import { readTransform, type Transform } from './transforms.ts';
import { documentSize, type Fields, readFields, toMicros, type Value, type Wire } from './values.ts';

/** A stored document; times are microseconds since the epoch. */
export interface StoredDocument {
  name: DocumentName;
  fields: Fields;
  /** The same fields as stored in SQLite; equal fields are equal text. */
  packed: string;
  createTime: number;
  updateTime: number;
}

/** One write of a commit, read and checked as far as that goes without the document. */
export interface Write {
  document: DocumentName;
  kind: 'set' | 'delete' | 'verify';
  fields: Fields;
  mask: FieldPath[] | undefined;
  transforms: { path: FieldPath; apply: Transform }[];
  /** A write with only transforms leaves the other fields unchanged. */
  isTransformOnly: boolean;
  precondition: { exists?: boolean; updateTime?: number };
}

const largestDocumentBytes = 1_048_576;
const mostTransforms = 500;

export function readWrite(write: Wire): Write {
  const base = { fields: {}, mask: undefined, transforms: [], isTransformOnly: false };
  const precondition = readPrecondition(write.currentDocument);
  switch (write.operation) {
    case 'update': {
      const mask = write.updateMask ? (write.updateMask.fieldPaths ?? []).map(parseFieldPath) : undefined;
      const fields = readFields(write.update.fields);
      const document = parseDocumentName(write.update.name);
      const transforms = readTransforms(write.updateTransforms);
      return { ...base, document, kind: 'set', fields, mask, transforms, precondition };
    }
    case 'delete':
      return { ...base, document: parseDocumentName(write.delete), kind: 'delete', precondition };
    case 'verify':
      return { ...base, document: parseDocumentName(write.verify), kind: 'verify', precondition };
    case 'transform': {
      const document = parseDocumentName(write.transform.document);
      const transforms = readTransforms(write.transform.fieldTransforms);
      return { ...base, document, kind: 'set', transforms, isTransformOnly: true, precondition };
    }
    default:
      throw new GrpcError('INVALID_ARGUMENT', 'A write must have an operation.');
  }
}

function readTransforms(transforms: Wire): Write['transforms'] {
  const out = (transforms ?? []).map((transform: Wire) => ({
    path: parseFieldPath(transform.fieldPath),
    apply: readTransform(transform),
  }));
  if (out.length > mostTransforms) {
    throw new GrpcError('INVALID_ARGUMENT', `At most ${mostTransforms} field transforms may be applied to a document.`);
  }
  return out;
}

function readPrecondition(precondition: Wire): Write['precondition'] {
  if (precondition?.conditionType === 'exists') return { exists: precondition.exists };
  if (precondition?.conditionType === 'updateTime') return { updateTime: toMicros(precondition.updateTime) };
  return {};
}

/**
 * What a write makes of a document; undefined if there is none before or after. Throws ALREADY_EXISTS,
 * NOT_FOUND or FAILED_PRECONDITION where the precondition does not hold.
 */
export function applyWrite(
  before: StoredDocument | undefined,
  write: Write,
  timeMicros: number,
): { after: StoredDocument | undefined; transformResults: Value[] } {
  checkPrecondition(before, write);
  if (write.kind === 'delete') return { after: undefined, transformResults: [] };
  if (write.kind === 'verify') return { after: before, transformResults: [] };

  let fields = before?.fields ?? {};
  if (write.mask) {
    for (const path of write.mask) fields = withField(fields, path, getField(write.fields, path));
  } else if (!write.isTransformOnly) fields = write.fields;

  const transformResults: Value[] = [];
  for (const { path, apply } of write.transforms) {
    const { value, result } = apply(getField(fields, path), timeMicros);
    fields = withField(fields, path, value);
    transformResults.push(result);
  }
  const packed = packFields(fields);
  // A write without changes keeps the update time.
  if (before?.packed === packed) return { after: before, transformResults };
  // Packed text is never shorter than an eighth of the size, so most documents need no measuring.
  if (packed.length > largestDocumentBytes / 8) checkSize(write.document, fields);
  const createTime = before?.createTime ?? timeMicros;
  return { after: { name: write.document, fields, packed, createTime, updateTime: timeMicros }, transformResults };
}

function checkSize(document: DocumentName, fields: Fields): void {
  const size = documentSize(document.path, fields);
  if (size <= largestDocumentBytes) return;
  throw new GrpcError(
    'INVALID_ARGUMENT',
    `Document '${document.name}' cannot be written because its size (${size.toLocaleString('en-US')} bytes) exceeds ` +
      `the maximum allowed size of ${largestDocumentBytes.toLocaleString('en-US')} bytes.`,
  );
}

function checkPrecondition(before: StoredDocument | undefined, write: Write): void {
  const { exists, updateTime } = write.precondition;
  const { name } = write.document;
  if (exists === false && before) throw new GrpcError('ALREADY_EXISTS', `Document already exists: ${name}`);
  if (exists === true && !before) throw new GrpcError('NOT_FOUND', `No document to update: ${name}`);
  if (updateTime === undefined) return;
  if (!before) throw new GrpcError('FAILED_PRECONDITION', `No document to update: ${name}`);
  if (before.updateTime !== updateTime) {
    throw new GrpcError(
      'FAILED_PRECONDITION',
      `the stored version (${before.updateTime}) does not match the required base version (${updateTime})`,
    );
  }
}
