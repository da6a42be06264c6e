/** A process to be killed: serves Firestore from the directory given, and says its port. */
import { Faults } from '../../../infra/local/faults.ts';
import { createFirestore } from '../../../infra/local/firestore/service.ts';
import { openStorage } from '../../../infra/local/storage.ts';
import { serve } from '../grpc-server.ts';

const { handlers } = createFirestore({ db: openStorage(process.argv[2]), clock: { now: () => Date.now() } });
const { port } = await serve([handlers], new Faults());
process.stdout.write(`${port}\n`);
