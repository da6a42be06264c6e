import { serviceOf } from '../../functions/topology.ts';

/** The address that Cloud Run gives a function's service, known before it is deployed. */
export const serviceUrl = (name: string, target: { projectNumber: string; region: string }): string =>
  `https://${serviceOf(name)}-${target.projectNumber}.${target.region}.run.app`;
