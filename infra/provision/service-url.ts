/** The address that Cloud Run gives a service, known before it is deployed. */
export const serviceUrl = (service: string, target: { projectNumber: string; region: string }): string =>
  `https://${service}-${target.projectNumber}.${target.region}.run.app`;
