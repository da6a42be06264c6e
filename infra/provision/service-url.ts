import { type FunctionName, serviceOf } from '../../functions/topology.ts';

/** Where the outside calls a public function: past a load balancer nobody is let in. */
export const publicUrl = (
  name: FunctionName,
  target: { projectNumber: string; region: string; balancer?: string | undefined },
  tag?: string,
): string => target.balancer?.replace(/\/$/, '') ?? serviceUrl(name, target, tag);

/**
 * The address that Cloud Run gives a function's service, known before it is deployed.
 * @param tag of a revision, which has an address of its own (cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration#tags)
 */
export const serviceUrl = (
  name: FunctionName,
  target: { projectNumber: string; region: string },
  tag?: string,
): string => `https://${tag ? `${tag}---` : ''}${serviceOf(name)}-${target.projectNumber}.${target.region}.run.app`;
