/** One instance: all functions behind functions-framework, each as its own account, and the import of tables. */
import '../../functions/index.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { handEnvironments } from '../../functions/platform/environment.ts';
import { functionEnvironments } from '../../infra/local/environments.ts';
import { createFront } from '../../infra/local/front.ts';
import type { TableRow } from '../../infra/read-table.ts';
import { functions } from '../../infra/topology.ts';
import { importTable } from './import-table.ts';

const { GOOGLE_CLOUD_PROJECT: project = '', FIRESTORE_EMULATOR_HOST: cloud = '' } = process.env;
handEnvironments({ owner: process.env, functions: functionEnvironments(process.env, project, cloud) });

/** `POST /_import`: it may die of it like everything else. */
async function answerImport(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (request.url !== '/_import') return false;
  try {
    const imported = await importTable((await json(request)) as TableRow[], new Date());
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(imported));
  } catch {
    // The importer starts it again.
    response.writeHead(503, { 'retry-after': '30' }).end();
  }
  return true;
}

export const front = createFront(functions, answerImport);
