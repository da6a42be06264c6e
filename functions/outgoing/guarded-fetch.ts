/** The one HTTP client as a `fetch`, for the clients of others. */
import { type Call, call, NoAnswer, type Way } from '../platform/call.ts';

type Init = Pick<Call, 'method' | 'headers'> & { body?: unknown };

/** A Response of these takes no body, not even an empty one. */
const bodiless = new Set([204, 205, 304]);

/** @returns what a client reads of a response; @throws NoAnswer */
export const guardedFetch =
  (way: Way): ((address: string, init?: Init) => Promise<Response>) =>
  async (address, { method = 'GET', headers = {}, body: given } = {}) => {
    const sent = typeof given === 'string' ? given : undefined;
    const { status, headers: answered, body } = await call(address, { method, headers, body: sent, ...way });
    if (body instanceof NoAnswer) throw body;
    if (status < 200 || status > 599) throw new NoAnswer('It answered with no status that there is.');
    return new Response(bodiless.has(status) ? null : body.toString('utf8'), { status, headers: answered });
  };
