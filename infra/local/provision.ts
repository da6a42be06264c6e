/** Gives the local cloud what `topology.ts` says exists, by the code that provisions Google Cloud. */

import {
  AlertPolicyServiceClient,
  MetricServiceClient,
  NotificationChannelServiceClient,
} from '@google-cloud/monitoring';
import { CloudSchedulerClient } from '@google-cloud/scheduler';
import { credentials } from '@grpc/grpc-js';
import { channelOption, noCredentials } from '../../functions/platform/emulator.ts';
import type { Environment } from '../../functions/platform/environment.ts';
import { connectPubSub } from '../../functions/platform/publish.ts';
import { monitoringParts } from '../provision/monitoring.ts';
import { subscriptionPart, topicPart } from '../provision/pubsub.ts';
import { schedulePart } from '../provision/scheduler.ts';
import { applySteps, type Part, type Step } from '../provision/step.ts';

const localRegion = 'local';

export interface LocalPorts {
  functions: number;
  cloud: number;
}

/**
 * @param environment of the owner: where Pub/Sub is, and the token of the alerts' door
 * @returns what was done
 */
export async function provisionLocally(project: string, ports: LocalPorts, environment: Environment): Promise<Step[]> {
  return withLocalParts(project, ports, environment, async (parts) => {
    const all: Step[] = [];
    for (const part of parts) {
      const steps = await part.read();
      // In the topology's order, so that numbered resources get the same numbers on every machine.
      await applySteps(steps, true);
      all.push(...steps);
    }
    return all;
  });
}

/** What `npm run provision` plans of these services, planned for this machine. */
export async function withLocalParts<T>(
  project: string,
  ports: LocalPorts,
  environment: Environment,
  work: (parts: Part[]) => Promise<T>,
): Promise<T> {
  const pubsub = await connectPubSub({ ...environment, GOOGLE_CLOUD_PROJECT: project });
  const options = {
    ...noCredentials,
    projectId: project,
    apiEndpoint: '127.0.0.1',
    port: ports.cloud,
    sslCreds: credentials.createInsecure(),
    ...channelOption(`127.0.0.1:${ports.cloud}`),
  };
  const scheduler = new CloudSchedulerClient(options);
  const monitoring = {
    metrics: new MetricServiceClient(options),
    channels: new NotificationChannelServiceClient(options),
    policies: new AlertPolicyServiceClient(options),
  };
  const root = `http://127.0.0.1:${ports.functions}`;
  const parts = [
    topicPart(pubsub),
    subscriptionPart(pubsub, (spec) => ({
      // A path that ends so tells functions-framework which topic a plain push is from.
      endpoint: `${root}/${spec.function}/projects/${project}/topics/${spec.topic}`,
    })),
    schedulePart(scheduler, project, localRegion),
    ...monitoringParts(monitoring, project, {
      // Nobody reads it; the channel is there so that the plan is the same.
      operators: ['operator@metronome.invalid'],
      alertsUrl: `${root}/alerts`,
      token: async () => environment.ALERTS_TOKEN?.split(',')[0] ?? '',
      tokenVersion: 'local',
      alertsAtOnce: true,
    }),
  ];
  try {
    return await work(parts);
  } finally {
    await Promise.all([pubsub.close(), scheduler.close(), ...Object.values(monitoring).map((each) => each.close())]);
  }
}
