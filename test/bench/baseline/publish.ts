/** The bare function of Slack's door: what it is sent it publishes, and nothing else. */
import { http } from '@google-cloud/functions-framework';
import { PubSub } from '@google-cloud/pubsub';

const topic = new PubSub().topic('slack-actions', { batching: { maxMessages: 1 } });

http('publish', async (request, response) => {
  await topic.publishMessage({ data: (request as { rawBody?: Buffer }).rawBody ?? Buffer.from('nothing') });
  response.status(200).end();
});
