/** The Firestore client, and the one translation between its values and ours. */
import type { DocumentData, DocumentReference, DocumentSnapshot, Query, QuerySnapshot } from '@google-cloud/firestore';
import { Firestore, Timestamp } from '@google-cloud/firestore';
import { publicDatabaseOf } from '../topology.ts';
import { channelOption, emulatorOf, noCredentials, projectOf } from './emulator.ts';
import { type Environment, PerEnvironment } from './environment.ts';
import { withoutZippedRest } from './packed.ts';

/** One client a function: a second one would open its own connections and know nothing of the first. */
const clients = new PerEnvironment(connectFirestore);

/** Clients whose Firestore runs in this process. */
const withoutConnection = new WeakSet<Firestore>();

export const firestore = (): Firestore => clients.get();

const publicClients = new PerEnvironment((own) =>
  connectFirestore({ ...own, FIRESTORE_DATABASE: publicDatabaseOf(own.FIRESTORE_DATABASE) }),
);

/** What customers can see: copies, in a database of its own. */
export const publicFirestore = (): Firestore => publicClients.get();

export function connectFirestore(environment: Environment): Firestore {
  // Nobody collects the spans that the client would make of each call.
  process.env.FIRESTORE_ENABLE_TRACING ??= 'OFF';
  const databaseId = environment.FIRESTORE_DATABASE;
  const options = { ignoreUndefinedProperties: true, ...projectOf(environment), ...(databaseId ? { databaseId } : {}) };
  const emulator = emulatorOf('FIRESTORE', environment);
  if (!emulator) return new Firestore(options);
  const { address: host, authorization: Authorization } = emulator;
  const channel = channelOption(host);
  const address = { host, ssl: false, ...channel };
  const client = new Firestore({ ...options, ...noCredentials, ...address, customHeaders: { Authorization } });
  if (Object.keys(channel).length > 0) withoutConnection.add(client);
  return client;
}

/** Closes the client; the next call reconnects. A client that never connected is left alone: closing it would reject unheard. */
export async function closeFirestore(): Promise<void> {
  const all = [...clients.forget(), ...publicClients.forget()];
  const connected = all.filter((each) => !withoutConnection.has(each));
  await Promise.all(connected.map((each) => each.terminate()));
}

/** Timestamps as Dates and bytes as Buffers at every depth, with compressed parts restored. Writes take Dates and Buffers directly. */
export function fromDocument<T>(data: DocumentData | undefined): T {
  const read = convert(data) as Record<string, unknown> | undefined;
  return (read?.zippedRest ? withoutZippedRest(read) : read) as T;
}

/** Handed to the client as the proto that it is to send: `isProtoValueSerializable` in the client's own `serializer.ts`. */
class Unchecked {
  readonly _protoValueType = 'ProtoValue';
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  _toProto(serializer: { encodeValue(value: unknown): unknown }): unknown {
    return serializer.encodeValue(this.#value);
  }
}

/**
 * The data of a document of our own shape. The client builds a path to each value within, two times, to say where one is that
 * it does not take: a seventh of the processor time of filing a ticket. What Firestore cannot store is refused all the same; field values
 * (`FieldValue.delete()`) are for the top level alone.
 */
export const unchecked = (data: object): DocumentData =>
  Object.fromEntries(
    Object.entries(data).map(([field, value]) => [field, isNested(value) ? new Unchecked(value) : value]),
  );

const isNested = (value: unknown): boolean =>
  Array.isArray(value) || (value as object | null | undefined)?.constructor === Object;

export const dataOf = <T>(document: DocumentSnapshot | undefined): T | undefined =>
  document?.exists ? fromDocument<T>(document.data()) : undefined;

export const allOf = <T>({ docs }: Pick<QuerySnapshot, 'docs'>): T[] =>
  docs.map((each) => fromDocument<T>(each.data()));

export const readAll = async <T>(query: Query): Promise<T[]> => allOf<T>(await query.get());

/** How many documents a query finds: a read for a thousand. */
export const countOf = async (query: Query): Promise<number> => (await query.count().get()).data().count;

function convert(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Timestamp) return value.toDate();
  if (Array.isArray(value)) return value.map(convert);
  if (value instanceof Uint8Array) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) result[key] = convert((value as Record<string, unknown>)[key]);
  return result;
}

export const collections = {
  incidents: 'incidents',
  timeline: 'timeline',
  contacts: 'contacts',
  signals: 'signals',
  timers: 'timers',
  quarantine: 'quarantine',
  alertKeys: 'alertKeys',
  /** Below a signal: the alerts of its group. */
  alertIds: 'alertIds',
  storms: 'storms',
  notices: 'notices',
  postmortems: 'postmortems',
  meetings: 'meetings',
  actions: 'actions',
  releases: 'releases',
  evidence: 'evidence',
  idempotency: 'idempotencyKeys',
  policies: 'policies',
  connections: 'connections',
  updates: 'updates',
  notionPages: 'notionPages',
  cards: 'cards',
  ticketNotes: 'ticketNotes',
  drills: 'drills',
  /** The team's own list of customers. */
  customers: 'customers',
  /** Whether a report is the same trouble as another. */
  sameness: 'sameness',
  /** Customers with a page of their own. */
  customerPages: 'customerPages',
} as const;

const refIn = (name: string, id: string): DocumentReference => firestore().collection(name).doc(id);

export const incidentRef = (id: string): DocumentReference => refIn(collections.incidents, id);
export const signalRef = (id: string): DocumentReference => refIn(collections.signals, id);
/** An update to customers, or a note to a reporter, by the form of its id. */
export const updateRef = (id: string): DocumentReference =>
  refIn(id.startsWith('note_') ? collections.ticketNotes : collections.updates, id);
export const timerRef = (id: string): DocumentReference => refIn(collections.timers, id);

const grpcCodes: Record<number, string> = {
  3: 'INVALID_ARGUMENT',
  4: 'DEADLINE_EXCEEDED',
  5: 'NOT_FOUND',
  6: 'ALREADY_EXISTS',
  9: 'FAILED_PRECONDITION',
  10: 'ABORTED',
  14: 'UNAVAILABLE',
};

/** @returns whether it was not there yet */
export const createOnce = async (ref: DocumentReference, data: DocumentData): Promise<boolean> =>
  (await unlessRefused(ref.create(data), 'ALREADY_EXISTS')) !== undefined;

/** Whether a retry cannot help. An expired transaction is refused with the same code, and may succeed next time. */
export const isRefusedForGood = (error: unknown): boolean =>
  hasGrpcCode(error, 'INVALID_ARGUMENT') && !/transaction has expired/.test(String(error));

/** The result of a write; undefined if it fails with one of these codes. */
export async function unlessRefused<T>(write: Promise<T>, ...codes: string[]): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (!hasGrpcCode(error, ...codes)) throw error;
    return undefined;
  }
}

export const hasGrpcCode = (error: unknown, ...codes: string[]): boolean => codes.includes(grpcCodeOf(error) ?? '');

/** The name of an error's gRPC status, if it has one. */
export function grpcCodeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' ? (grpcCodes[code] ?? String(code)) : undefined;
}
