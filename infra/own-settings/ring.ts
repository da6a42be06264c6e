/** `npm run settings -- --ring`: a test notice to every channel of a running Metronome, and what became of each. */
import { randomUUID } from 'node:crypto';
import type { DeliveryState } from '../../functions/platform/delivery.ts';
import { identityCommand } from '../deploy/commands.ts';
import { readConfiguration, regionOf } from '../deployment-file.ts';
import { gcloudOf, runTool } from '../provision/gcloud.ts';
import { serviceUrl } from '../provision/service-url.ts';

export interface Api {
  /** The address, with `/api` at its end. */
  url: string;
  token?: string;
}

export interface Receipt {
  channel: string;
  /** Undefined while the result is unknown. */
  state?: DeliveryState;
  error?: string | null;
}

interface Channel {
  name: string;
  lastTest: { notice: string; state: DeliveryState; error: string | null } | null;
}

/** Each second, for half a minute: what takes longer is tried on by Metronome, and shown on the page Connections. */
const mostLooks = 30;
const final: readonly DeliveryState[] = ['delivered', 'rejected', 'given-up'];

/** @param project without one, that of this machine */
export async function apiOf(folder: string, project: string | undefined, port = '8080'): Promise<Api> {
  if (!project) return { url: `http://127.0.0.1:${port}/api` };
  const configuration = readConfiguration(folder, project);
  const gcloud = gcloudOf(project);
  const { projectNumber } = await gcloud.json<{ projectNumber: string }>(['projects', 'describe', project]);
  const target = { project, projectNumber, region: regionOf(configuration, project) };
  const token = await runTool('gcloud', identityCommand(target).args);
  return { url: `${serviceUrl('api', target)}/api`, token: token.trim() };
}

/** @throws Error if Metronome does not answer, or takes nothing */
export async function ring(api: Api, pause: () => Promise<unknown>): Promise<Receipt[]> {
  const { notice } = await ask<{ notice: string }>(api, 'POST', '/channels/ring');
  for (let looks = 1; ; looks += 1) {
    await pause();
    const { channels } = await ask<{ channels: Channel[] }>(api, 'GET', '/channels');
    const receipts = channels.map(({ name, lastTest }): Receipt => {
      const isOurs = lastTest?.notice === notice;
      return { channel: name, ...(isOurs ? { state: lastTest.state, error: lastTest.error } : {}) };
    });
    const isDone = receipts.length > 0 && receipts.every(({ state }) => state && final.includes(state));
    if (isDone || looks === mostLooks) return receipts;
  }
}

async function ask<T>({ url, token }: Api, method: string, path: string): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
    },
    signal: AbortSignal.timeout(30_000),
  }).catch((error: Error) => {
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Error(`${url}: ${why}`, { cause: error });
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}${path}: ${response.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as T;
}
