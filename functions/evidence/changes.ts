/**
 * The public door for releases: `POST /changes/github`, `POST /changes/gitlab`. GitHub never sends again by itself, so a body
 * that Firestore does not take goes to Pub/Sub, where builds of Cloud Build come from as well.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { quarantineMessage } from '../incidents/signals/quarantine.ts';
import type { RawBody } from '../incidents/signals/signal.ts';
import { receive } from '../intake/request.ts';
import { withinMs } from '../platform/deadline.ts';
import { type Answer, answerRequest, pathWithin, requireMethod } from '../platform/door.ts';
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { publish } from '../platform/publish.ts';
import { parseJson } from '../platform/raw-body.ts';
import { milliseconds, policy } from '../policy.ts';
import { topics } from '../topology.ts';
import { keepRelease } from './keep-release.ts';
import { NotARelease } from './release-source.ts';
import { readerOf, releaseSources } from './release-sources.ts';

export const changes = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
  answerRequest('changes', request, response, async () => {
    requireMethod(request);
    const name = pathWithin('changes', request.url ?? '/').replace(/^\/|\/$/g, '');
    const source = Object.hasOwn(releaseSources, name)
      ? releaseSources[name as keyof typeof releaseSources]
      : undefined;
    if (!source) throw new Problem(404, 'No endpoint here. Releases go to /changes/github and /changes/gitlab.');
    return receive(request, source, ({ raw }) => takeRelease(source.tool, raw));
  });

/** @throws Problem 400 for what is not JSON, 503 where neither Firestore nor Pub/Sub takes it */
export async function takeRelease(source: string, raw: RawBody): Promise<Answer> {
  const read = readerOf(source);
  const attributes = { source, receivedAt: raw.receivedAt.toISOString(), contentType: raw.contentType };
  const body = parseJson(raw.bytes);
  const keep = async (): Promise<Answer> => {
    try {
      const reading = read(body, raw.receivedAt, policy);
      if ('ignored' in reading) return { status: 200, body: reading };
      await keepRelease(reading.release);
      return { status: 202, body: { accepted: true, release: reading.release.id } };
    } catch (error) {
      if (!(error instanceof NotARelease)) throw error;
      const message = { id: '', bytes: Buffer.from(raw.bytes), attributes, publishedAt: raw.receivedAt };
      await quarantineMessage(source, message, topics.cloudBuilds, error.message);
      return { status: 202, body: { accepted: true, quarantined: true } };
    }
  };
  const kept = keep();
  try {
    return await withinMs(milliseconds(policy.intake.storeWithin), kept, 'Firestore');
  } catch (error) {
    kept.catch(() => undefined);
    log('WARNING', 'a release was not stored at once', { source, ...errorFacts(error) });
  }
  try {
    await publish(topics.cloudBuilds, raw.bytes, { attributes, withinMs: 2_500 });
    return { status: 202, body: { accepted: true } };
  } catch (error) {
    log('CRITICAL', 'stored nowhere: neither Firestore nor Pub/Sub took it', { source, ...errorFacts(error) });
    throw new Problem(503, 'It could be stored nowhere. Send it again.', { headers: { 'retry-after': '5' } });
  }
}
