/** The bare function of the intake rate: it commits the documents that a ticket of ours leaves, ready made. */
import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { Firestore } from '@google-cloud/firestore';
import { http } from '@google-cloud/functions-framework';

interface Made {
  path: string;
  data: Record<string, unknown>;
}

const firestore = new Firestore();
const template = deserialize(readFileSync(process.env.BENCH_DOCUMENTS ?? '')) as Made[];

http('five', async (request, response) => {
  const ticket = request.body as { id: string };
  const batch = firestore.batch();
  for (const { path, data } of template) {
    batch.create(firestore.doc(path.replaceAll('TICKET', ticket.id)), { ...data, id: ticket.id });
  }
  await batch.commit();
  // The incident is what our own door answers with.
  response.status(201).json({ created: true, incident: template[0]?.data });
});
