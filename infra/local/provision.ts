/** Gives the local cloud what `topology.ts` says exists, by the code that provisions Google Cloud. */
import { PubSub } from '@google-cloud/pubsub';
import { applyPubSub } from '../provision/pubsub.ts';

/** @param port where the functions are served */
export async function provisionLocally(project: string, port: number): Promise<void> {
  const client = new PubSub({ projectId: project });
  try {
    await applyPubSub(client, (spec) => ({
      // A path that ends so tells functions-framework which topic a plain push is from.
      endpoint: `http://127.0.0.1:${port}/${spec.function}/projects/${project}/topics/${spec.topic}`,
    }));
  } finally {
    await client.close();
  }
}
