/** The bare function of the cold start: one Firestore create, and nothing else. */
import { Firestore } from '@google-cloud/firestore';
import { http } from '@google-cloud/functions-framework';

const firestore = new Firestore();

http('create', async (request, response) => {
  const ticket = request.body as { id: string };
  await firestore.collection('bare').doc(ticket.id).create({ ticket, storedAt: new Date() });
  response.status(201).json({ created: true, ticket });
});
