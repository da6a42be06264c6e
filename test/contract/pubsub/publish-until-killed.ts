/** A process to be killed: serves Pub/Sub from the directory given, and says its port. */
import { LocalClock } from '../../../infra/local/clock.ts';
import { Faults } from '../../../infra/local/faults.ts';
import { createPubSub } from '../../../infra/local/pubsub/service.ts';
import { openStorage } from '../../../infra/local/storage.ts';
import { serve } from '../grpc-server.ts';

const clock = new LocalClock();
const faults = new Faults();
const { handlers } = createPubSub({ db: openStorage(process.argv[2]), clock, faults });
const { port } = await serve(handlers, faults);
process.stdout.write(`${port}\n`);
