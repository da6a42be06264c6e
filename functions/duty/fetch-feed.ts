/** Fetches a calendar's feed. */
import { type Call, call, NoAnswer } from '../platform/call.ts';

/** @throws Error that repeats no address */
export async function fetchFeed(
  address: string,
  within: Required<Pick<Call, 'allowPrivate' | 'timeoutMs' | 'mostBytes'>>,
) {
  const headers = { accept: 'text/calendar', 'user-agent': 'Metronome' };
  try {
    const { status, body } = await call(address, { headers, ...within });
    if (status !== 200) throw new Error(`it answered ${status}`);
    if (body instanceof NoAnswer) throw body;
    return body.toString('utf8');
  } catch (error) {
    throw error instanceof NoAnswer ? new Error(error.clause) : error;
  }
}
