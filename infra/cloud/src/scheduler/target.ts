import { toMillis } from '../wire.ts';
import { type JobConfig, shortName } from './job.ts';

export type Publish = (topic: string, data: Uint8Array, attributes: Record<string, string>) => unknown;
/** google.rpc.Status: code 0 is success. */
export interface AttemptStatus {
  code: number;
  message?: string;
}

const unavailable = 14;
const deadlineExceeded = 4;
const unknown = 2;

/** Makes one attempt: publishes, or calls and waits for an answer; 2xx is success. No token is sent. */
export async function attempt(
  { publish, fetch }: { publish: Publish; fetch: typeof globalThis.fetch },
  job: JobConfig,
  scheduleTime: number,
): Promise<AttemptStatus> {
  try {
    if (job.pubsubTarget) {
      const { topicName, data = new Uint8Array(), attributes = {} } = job.pubsubTarget;
      await publish(topicName, data, attributes);
      return { code: 0 };
    }
    if (!job.httpTarget) return { code: unknown, message: 'The job has no target.' };
    const { uri, httpMethod = 'POST', headers = {}, body } = job.httpTarget;
    const response = await fetch(uri, {
      method: httpMethod,
      redirect: 'manual',
      signal: AbortSignal.timeout(toMillis(job.attemptDeadline ?? { seconds: 180 })),
      headers: {
        ...(body?.length && { 'content-type': 'application/octet-stream' }),
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
        'user-agent': 'Google-Cloud-Scheduler',
        'x-cloudscheduler': 'true',
        'x-cloudscheduler-jobname': shortName(job.name),
        'x-cloudscheduler-scheduletime': new Date(scheduleTime).toISOString(),
      },
      ...(body?.length && { body: new Uint8Array(body) }),
    });
    await response.arrayBuffer();
    return response.ok ? { code: 0 } : { code: unknown, message: `HTTP ${response.status}` };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      return { code: deadlineExceeded, message: 'No answer within the attempt deadline.' };
    }
    const code = (error as { code?: unknown }).code;
    const message = error instanceof Error ? error.message : String(error);
    return { code: typeof code === 'number' ? code : unavailable, message };
  }
}
