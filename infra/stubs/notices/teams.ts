/** Teams, by a Workflow's address: it answers 202 to whatever it takes in, so a faulty card is said here, where the real one stays silent. */

import { isRecord, record } from '../values.ts';
import type { Receiver } from './receiver.ts';

interface Message {
  card: Record<string, unknown>;
}

const cardType = 'application/vnd.microsoft.card.adaptive';

export const teams: Receiver<Message> = {
  name: 'teams',
  operation: 'post',
  path: /^\/(?:workflows?\/)?[\w./-]*$/,
  limits: [{ name: 'second', most: 4, perMs: 1_000, counts: (_, path) => path }],
  longestBytes: 28 * 1024,
  tooLong: { status: 413 },
  subjectOf: (_, path) => path,
  judge(body) {
    const attachments = isRecord(body) && Array.isArray(body.attachments) ? body.attachments : [];
    const [attachment] = attachments;
    const card = record(attachment, 'content');
    const refuse = (message: string) => ({
      refused: { status: 400, body: { error: { code: 'InvalidCard', message } } },
    });
    if (!isRecord(body) || body.type !== 'message') return refuse('The type is not message.');
    if (attachments.length !== 1 || !isRecord(attachment) || attachment.contentType !== cardType) {
      return refuse('There is no one adaptive card.');
    }
    if (card.type !== 'AdaptiveCard' || !/^1\.[0-4]$/.test(String(card.version)))
      return refuse('The version is above 1.4.');
    const kinds = kindsIn(card);
    const unknown = ['Table', 'Action.Submit', 'Action.Execute', 'Input.Text'].find((kind) => kinds.has(kind));
    if (unknown) return refuse(`${unknown} is not shown.`);
    return { taken: { card }, answer: { status: 202 } };
  },
  shows: 'messages',
  show: (posts) => ({ messages: posts.map(({ at, body }) => ({ at, card: body.card })) }),
};

function kindsIn(value: unknown): Set<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((each) => [...kindsIn(each)]));
  if (!isRecord(value)) return new Set();
  const inner = Object.values(value).flatMap((each) => [...kindsIn(each)]);
  return new Set(typeof value.type === 'string' ? [value.type, ...inner] : inner);
}
