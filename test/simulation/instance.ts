/** What is bundled as one instance: all functions behind the real functions-framework. */
import '../../functions/index.ts';
import { functions } from '../../functions/topology.ts';
import { createFront } from '../../infra/local/front.ts';

export const front = createFront(functions, async () => false);
