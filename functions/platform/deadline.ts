export class Late extends Error {}

/** @throws Late once it has taken so long; the work itself continues */
export async function withinMs<T>(ms: number, work: Promise<T>, whose: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const deadline = setTimeout(() => late.reject(new Late(`${whose} did not answer within ${ms} ms.`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(deadline);
  }
}
