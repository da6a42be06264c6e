/** A process to be killed: serves Firestore from the directory given, and says its port. */
import { Faults } from '../../src/faults.ts';
import { createFirestore } from '../../src/firestore/service.ts';
import { openStorage } from '../../src/storage.ts';
import { serve } from '../grpc-server.ts';

const { handlers } = createFirestore({ db: openStorage(process.argv[2]), clock: { now: () => Date.now() } });
const { port } = await serve([handlers], new Faults());
process.stdout.write(`${port}\n`);
