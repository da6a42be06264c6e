/** The bare page: the open incidents, by the query that the board begins with and whole, as a plain list of titles. */
import { Firestore } from '@google-cloud/firestore';
import { http } from '@google-cloud/functions-framework';

const firestore = new Firestore();

http('page', async (_request, response) => {
  const open = await firestore
    .collection('incidents')
    .where('kind', '==', 'incident')
    .where('status', '==', 'open')
    .orderBy('filedAt', 'desc')
    .limit(301)
    .get();
  const items = open.docs.map((each) => `<li>${String(each.get('title')).replaceAll('<', '&lt;')}</li>`);
  response.type('html').send(`<!doctype html><title>Open</title><ol>${items.join('')}</ol>`);
});
