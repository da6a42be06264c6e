/** One resource that has to be as the topology says: its state, its differences, and how to correct them. */
import { reasonOf } from '../reason-of.ts';
import { inRealTime, type Patience, patiently } from './patience.ts';

/**
 * `leave`: it differs, and is not ours to change. `refuse`: it is another's, and nothing may begin beside it. `delete`: only
 * where all of it is taken down.
 */
export type Action = 'create' | 'update' | 'keep' | 'leave' | 'refuse' | 'delete';

/** @param isAgain it was tried before, and the answer may have been lost after it was done */
export type Apply = (isAgain: boolean) => Promise<unknown>;

export interface Difference {
  field: string;
  is: unknown;
  shouldBe: unknown;
}

export interface Step {
  /** The sort of resource: topic, subscription, alert policy, … */
  kind: string;
  name: string;
  action: Action;
  differences: Difference[];
  /** Why it is left as it is, or what to know about it. */
  note?: string;
  /** The resource that it changes: steps on the same one run in sequence, since Google refuses concurrent changes. */
  changes?: string;
  /** The equivalent command, if there is one. */
  command?: string;
  apply?: Apply;
}

/** Things of one sort: reading what is there comes before planning, and planning does no I/O. */
export interface Part {
  title: string;
  read(): Promise<Step[]>;
  /** The steps of a project that has nothing yet. */
  ofNothing(): Step[];
  /** All of its steps run one after the other. */
  isOneByOne?: boolean;
  /** The API that has to be on before it can be read. */
  api?: string;
}

export function create(kind: string, name: string, apply: Apply, note?: string): Step {
  return { kind, name, action: 'create', differences: [], apply, ...(note ? { note } : {}) };
}

/** Keeps resources that are right, and updates the others. */
export function bring(kind: string, name: string, differences: Difference[], apply: Apply): Step {
  if (differences.length === 0) return { kind, name, action: 'keep', differences };
  return { kind, name, action: 'update', differences, apply };
}

export function leave(kind: string, name: string, note: string): Step {
  return { kind, name, action: 'leave', differences: [], note };
}

export function refuse(kind: string, name: string, note: string): Step {
  return { kind, name, action: 'refuse', differences: [], note };
}

/**
 * Where `actual` is not as `desired` says. Only what is desired is compared; 64-bit numbers may come as text, bytes as
 * base64, and what is zero or empty may be absent. A desired null has to be absent.
 */
export function compare(desired: unknown, actual: unknown, field = ''): Difference[] {
  if (isEmpty(desired) && isEmpty(actual)) return [];
  if (Array.isArray(desired)) {
    const found = Array.isArray(actual) ? actual : [];
    if (desired.length !== found.length) return [{ field, is: actual, shouldBe: desired }];
    return desired.flatMap((each, index) => compare(each, found[index], `${field}[${index}]`));
  }
  if (isRecord(desired)) {
    const found = isRecord(actual) ? actual : {};
    return Object.entries(desired).flatMap(([key, value]) =>
      compare(value, found[key], field ? `${field}.${key}` : key),
    );
  }
  return plain(desired) === plain(actual) ? [] : [{ field, is: actual, shouldBe: desired }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  if (typeof value === 'number' || typeof value === 'string') return Number(value) === 0;
  if (Array.isArray(value)) return value.length === 0;
  if (!isRecord(value)) return (value as Uint8Array).length === 0;
  // Long, as gRPC gives 64-bit numbers, says itself in text.
  if (Object.getPrototypeOf(value) !== Object.prototype && inText(value) === '0') return true;
  return Object.values(value).every(isEmpty);
}

/** Numbers of 64 bits are objects that say themselves in text. */
const inText = (value: unknown): string => String(value as number);

function plain(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return value === undefined || value === null ? '' : inText(value);
}

async function tried({ action }: Step, apply: Apply, isAgain: boolean): Promise<unknown> {
  try {
    return await apply(isAgain);
  } catch (error) {
    // It did not exist before the first try, whose answer was lost.
    if (isAgain && action === 'create' && /\bALREADY_EXISTS\b|already exists/i.test(reasonOf(error))) return undefined;
    throw error;
  }
}

/** Applies what has to change, in the order of the parts. @returns how many things changed */
export async function applySteps(
  steps: readonly Step[],
  isOneByOne = false,
  patience: Patience = inRealTime(() => undefined),
): Promise<number> {
  const changes = steps.flatMap((step) => (step.apply ? [{ step, apply: step.apply }] : []));
  const run = async ({ step, apply }: (typeof changes)[number]): Promise<void> => {
    try {
      patience.say(`  ${step.action} ${step.kind} ${step.name}`);
      await patiently((isAgain) => tried(step, apply, isAgain), patience);
    } catch (error) {
      const why = reasonOf(error);
      throw new Error(`${step.action} ${step.kind} ${step.name}: ${why}`, { cause: error });
    }
  };
  const queues = Map.groupBy(changes, ({ step }, index) => (isOneByOne ? '' : (step.changes ?? String(index))));
  const done = await Promise.allSettled(
    [...queues.values()].map(async (queue) => {
      for (const change of queue) await run(change);
    }),
  );
  // Other steps have run to their end; the next run finds them done.
  const failures = done.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
  if (failures.length > 1) throw new Error(failures.map(({ message }) => message).join('\n'), { cause: failures[0] });
  if (failures[0]) throw failures[0];
  return changes.length;
}
