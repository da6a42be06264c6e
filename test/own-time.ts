/**
 * What this thread itself has worked, in milliseconds: it says how a cost grows, and a busy machine adds nothing to it.
 * @see https://nodejs.org/api/process.html#processthreadcpuusagepreviousvalue
 */
export function ownMs<T>(run: () => Promise<T>): Promise<number>;
export function ownMs(run: () => unknown): number;
export function ownMs(run: () => unknown): number | Promise<number> {
  const before = process.threadCpuUsage();
  const spent = (): number => {
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  };
  const done = run();
  return done instanceof Promise ? done.then(spent) : spent();
}
