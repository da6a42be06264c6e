/** Counts what is read, written and committed in a house, as Firestore bills it. */
import type { House } from '../../infra/local/house.ts';
import { paths, type Sender } from './paths.ts';
import { senderTo } from './sender.ts';

export interface Counter {
  sender: Sender;
  /** By name. */
  counted: Record<string, unknown>;
  count(name: string, take: () => Promise<unknown>): Promise<void>;
  /** Each of `paths`, in their order; what they prepare is not counted. */
  countPaths(): Promise<void>;
}

export function counterOf({ port, cloud }: House): Counter {
  const sender = senderTo(`http://127.0.0.1:${port}`);
  const { operations } = cloud.firestore;
  const counted: Record<string, unknown> = {};
  const count = async (name: string, take: () => Promise<unknown>): Promise<void> => {
    operations.reset();
    await take();
    const { reads, writes, commits } = operations;
    counted[name] = { reads, writes, commits };
  };
  const countPaths = async (): Promise<void> => {
    for (const [name, { prepare, take }] of Object.entries(paths)) {
      const prepared = await prepare?.(sender);
      await count(name, () => take(sender, prepared));
    }
  };
  return { sender, counted, count, countPaths };
}
