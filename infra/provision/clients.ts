/** Google's client libraries, as one account of one project. */
import {
  AlertPolicyServiceClient,
  MetricServiceClient,
  NotificationChannelServiceClient,
  ServiceMonitoringServiceClient,
  SnoozeServiceClient,
  UptimeCheckServiceClient,
} from '@google-cloud/monitoring';
import { PubSub } from '@google-cloud/pubsub';
import { CloudSchedulerClient } from '@google-cloud/scheduler';
import { OAuth2Client } from 'google-auth-library';
import { clientEndpoint } from './endpoints.ts';
import type { Gcloud } from './gcloud.ts';

/** @returns the account that gcloud acts as */
export async function authOf(gcloud: Gcloud): Promise<OAuth2Client> {
  const auth = new OAuth2Client();
  // A person's token belongs to gcloud's own project: what is asked counts as asked by this one, whose APIs are on.
  auth.quotaProjectId = gcloud.project;
  auth.setCredentials({ access_token: (await gcloud.run(['auth', 'print-access-token'])).trim() });
  return auth;
}

/** @param auth absent if there is no account: then nothing may be asked */
export function clientsOf(projectId: string, auth?: OAuth2Client) {
  const options = { projectId, ...(auth ? { authClient: auth } : {}) } as object as { projectId: string };
  const watching = { ...options, ...clientEndpoint('MONITORING') };
  const clients = {
    pubsub: new PubSub({ ...options, ...clientEndpoint('PUBSUB') }),
    scheduler: new CloudSchedulerClient({ ...options, ...clientEndpoint('CLOUDSCHEDULER') }),
    metrics: new MetricServiceClient(watching),
    channels: new NotificationChannelServiceClient(watching),
    policies: new AlertPolicyServiceClient(watching),
    snoozes: new SnoozeServiceClient(watching),
    objectives: new ServiceMonitoringServiceClient(watching),
    uptime: new UptimeCheckServiceClient(watching),
  };
  return {
    ...clients,
    close: async (): Promise<void> => {
      await Promise.allSettled(Object.values(clients).map((each) => each.close()));
    },
  };
}
