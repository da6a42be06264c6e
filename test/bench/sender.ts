/** Calls a house as its senders and its responders do. */
import type { Answer, Sender } from './paths.ts';

/** @param url of a running house, such as `http://127.0.0.1:8080` */
export function senderTo(url: string): Sender {
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  return {
    post,
    ticket: (body) => post('/tickets', body, { authorization: 'Bearer local' }),
    alert: (body) => post('/alerts?auth_token=local', body),
    advance: async (duration) => void (await post('/_local/clock', { advance: duration })),
  };
}
