/** Gives the local cloud what `topology.ts` says exists, by the code that provisions Google Cloud. */
import { PubSub } from '@google-cloud/pubsub';
import { CloudSchedulerClient } from '@google-cloud/scheduler';
import { credentials } from '@grpc/grpc-js';
import { applyPubSub } from '../provision/pubsub.ts';
import { applySchedules } from '../provision/scheduler.ts';

const localRegion = 'local';

/** @param ports where the functions and the local cloud are served */
export async function provisionLocally(project: string, ports: { functions: number; cloud: number }): Promise<void> {
  const pubsub = new PubSub({ projectId: project });
  const scheduler = new CloudSchedulerClient({
    projectId: project,
    apiEndpoint: '127.0.0.1',
    port: ports.cloud,
    sslCreds: credentials.createInsecure(),
  });
  try {
    await applyPubSub(pubsub, (spec) => ({
      // A path that ends so tells functions-framework which topic a plain push is from.
      endpoint: `http://127.0.0.1:${ports.functions}/${spec.function}/projects/${project}/topics/${spec.topic}`,
    }));
    await applySchedules(scheduler, project, localRegion);
  } finally {
    await Promise.all([pubsub.close(), scheduler.close()]);
  }
}
