/** The ticket tools whose tickets are taken, each under the last segment of its door's path. */
import { generic } from './generic.ts';

export const ticketSources = { generic };
