/** What is bundled as one instance: all functions behind the real functions-framework, each as its own account. */
import '../../functions/index.ts';
import { handEnvironments } from '../../functions/platform/environment.ts';
import { functions } from '../../functions/topology.ts';
import { functionEnvironments } from '../../infra/local/environments.ts';
import { createFront } from '../../infra/local/front.ts';

const { GOOGLE_CLOUD_PROJECT: project = '', FIRESTORE_EMULATOR_HOST: cloud = '' } = process.env;
handEnvironments({ owner: process.env, functions: functionEnvironments(process.env, project, cloud) });

export const front = createFront(functions, async () => false);
