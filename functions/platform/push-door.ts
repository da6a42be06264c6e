/**
 * Answers Pub/Sub's push for an event door. functions-framework would unzip any body, and answer a throw or a body that is no
 * JSON with its message and stack, so it gets an HTTP function that reads the body itself and tells waiting from failing.
 */
import type { IncomingMessage } from 'node:http';
import type { CloudEvent, HttpFunction } from '@google-cloud/functions-framework';
import { type Answer, answerRequest, requireMethod } from './door.ts';
import { TemporaryFailure } from './failures.ts';
import { log } from './log.ts';
import { jsonIn } from './loose.ts';
import { Problem } from './problem.ts';
import { readRawBody } from './raw-body.ts';

type EventDoor = (event: CloudEvent<unknown>) => Promise<void>;

/** A message has at most 10 MB, which base64 makes longer. */
const mostBytes = 16 * 1024 * 1024;
const readWithinMs = 10_000;

/** Answers 204 if the work is done and 503 if it has to wait: Pub/Sub redelivers after both 503 and 500. */
export const pushDoor =
  (name: string, door: EventDoor): HttpFunction =>
  (request, response) =>
    answerRequest(name, request, response, async (): Promise<Answer> => {
      requireMethod(request);
      const event = eventOf(request, await readRawBody(request, mostBytes, readWithinMs));
      try {
        await door(event);
        return { status: 204, body: undefined };
      } catch (error) {
        if (!(error instanceof TemporaryFailure)) throw error;
        log('INFO', `${name}: the message waits: ${error.message}`, { door: name });
        return { status: 503, body: undefined };
      }
    });

/** A structured CloudEvent carries Pub/Sub's push in its `data`; a push subscription and a binary one have it as their body. */
function eventOf({ headers }: IncomingMessage, bytes: Buffer): CloudEvent<unknown> {
  const body = jsonIn(bytes.toString('utf8'));
  if (body === undefined) throw new Problem(400, 'The body is no JSON.');
  const isStructured = /^\s*application\/cloudevents\+json\b/i.test(headers['content-type'] ?? '');
  return (isStructured ? body : { data: body }) as CloudEvent<unknown>;
}
