/**
 * What a caller has to be allowed for each call, as Google documents it: Firestore's “Security for server client
 * libraries”, Pub/Sub's and Cloud Scheduler's “Access control with IAM”, and Monitoring's “Control access with IAM”.
 * A method that the local cloud serves and that is not named here is allowed to the owner alone.
 */
import type { Wire } from '../firestore/values.ts';

/** A permission on a resource: a project (`projects/p`) or a resource in one (`projects/p/topics/t`). */
export interface Need {
  permission: string;
  on: string;
}

type Needs = (request: Wire) => Need[];

const projectOf = (name = ''): string => /^projects\/[^/]+/.exec(name)?.[0] ?? '';

/** On the project named first in a field of the request. */
const inProject =
  (service: string, ...permissions: string[]) =>
  (of: (request: Wire) => string | undefined): Needs =>
  (request) =>
    permissions.map((each) => ({ permission: `${service}.${each}`, on: projectOf(of(request)) }));

/** On the request's database, otherwise on its project. */
const datastore =
  (...permissions: string[]): Needs =>
  ({ database, parent, name }) => {
    const of: string = database || parent || name || '';
    const on = /^projects\/[^/]+\/databases\/[^/]+/.exec(of)?.[0] ?? projectOf(of);
    return permissions.map((each) => ({ permission: `datastore.${each}`, on }));
  };

/** A write needs every permission that it may turn out to use: without a precondition it may create or update. */
function permissionsOfWrite(write: Wire): string[] {
  if (write.operation === 'delete') return ['entities.delete'];
  if (write.operation === 'verify') return ['entities.get'];
  const { currentDocument } = write;
  if (currentDocument?.conditionType === 'updateTime') return ['entities.update'];
  if (currentDocument?.conditionType !== 'exists') return ['entities.create', 'entities.update'];
  return [currentDocument.exists ? 'entities.update' : 'entities.create'];
}

const commits: Needs = (request) => {
  const permissions = new Set<string>();
  for (const write of request.writes ?? []) for (const each of permissionsOfWrite(write)) permissions.add(each);
  return datastore(...permissions)(request);
};

const on =
  (permission: string, resource: (request: Wire) => string | undefined): Needs =>
  (request) => [{ permission, on: resource(request) ?? '' }];
const onTopic = (permission: string): Needs => on(`pubsub.topics.${permission}`, ({ topic }) => topic?.name ?? topic);
const onSubscription = (permission: string): Needs =>
  on(`pubsub.subscriptions.${permission}`, ({ subscription }) => subscription?.name ?? subscription);
const inPubSubProject = (permission: string): Needs =>
  inProject('pubsub', permission)(({ project, name }) => project ?? name);

/** Create, get, list, update and delete of one kind of Monitoring's or Scheduler's resources. */
function crud(service: string, kind: string, field: string, permissions: string): Record<string, Needs> {
  const needs = (permission: string): Needs =>
    inProject(
      service,
      `${permissions}.${permission}`,
    )((request) => request.name ?? request.parent ?? request[field]?.name);
  return {
    [`${service}.Create${kind}`]: needs('create'),
    [`${service}.Get${kind}`]: needs('get'),
    [`${service}.List${kind.replace(/y$/, 'ie')}s`]: needs('list'),
    [`${service}.Update${kind}`]: needs('update'),
    [`${service}.Delete${kind}`]: needs('delete'),
  };
}

const monitored = (permission: string): Needs => inProject('monitoring', permission)(({ name }) => name);
const scheduled = (permission: string): Needs =>
  on(`cloudscheduler.jobs.${permission}`, ({ name, parent, job }) => name ?? parent ?? job?.name);

/** By the method's name in fault targets: `firestore.Commit`. */
export const needs: Readonly<Record<string, Needs>> = {
  'firestoreAdmin.ListBackups': datastore('backups.list'),
  'firestoreAdmin.ExportDocuments': datastore('databases.export'),
  'firestoreAdmin.ImportDocuments': datastore('databases.import'),
  'firestore.GetDocument': datastore('entities.get'),
  'firestore.BatchGetDocuments': datastore('entities.get'),
  'firestore.ListDocuments': datastore('entities.get', 'entities.list'),
  'firestore.RunQuery': datastore('entities.get', 'entities.list'),
  'firestore.RunAggregationQuery': datastore('entities.get', 'entities.list'),
  'firestore.ListCollectionIds': datastore('entities.list'),
  'firestore.BeginTransaction': datastore('databases.get'),
  'firestore.Rollback': datastore('databases.get'),
  'firestore.Commit': commits,
  'firestore.BatchWrite': commits,

  'pubsub.Publish': onTopic('publish'),
  'pubsub.CreateTopic': inPubSubProject('topics.create'),
  'pubsub.UpdateTopic': onTopic('update'),
  'pubsub.GetTopic': onTopic('get'),
  'pubsub.ListTopics': inPubSubProject('topics.list'),
  'pubsub.ListTopicSubscriptions': onTopic('get'),
  'pubsub.DeleteTopic': onTopic('delete'),
  'pubsub.DetachSubscription': on('pubsub.topics.detachSubscription', ({ subscription }) => subscription),
  'pubsub.CreateSubscription': (request) => [
    ...inPubSubProject('subscriptions.create')(request),
    ...onTopic('attachSubscription')(request),
  ],
  'pubsub.GetSubscription': onSubscription('get'),
  'pubsub.UpdateSubscription': onSubscription('update'),
  'pubsub.ListSubscriptions': inPubSubProject('subscriptions.list'),
  'pubsub.DeleteSubscription': onSubscription('delete'),
  'pubsub.ModifyPushConfig': onSubscription('update'),
  'pubsub.Pull': onSubscription('consume'),
  'pubsub.Acknowledge': onSubscription('consume'),
  'pubsub.ModifyAckDeadline': onSubscription('consume'),

  'monitoring.CreateTimeSeries': monitored('timeSeries.create'),
  'monitoring.ListTimeSeries': monitored('timeSeries.list'),
  ...crud('monitoring', 'MetricDescriptor', 'metricDescriptor', 'metricDescriptors'),
  ...crud('monitoring', 'AlertPolicy', 'alertPolicy', 'alertPolicies'),
  ...crud('monitoring', 'NotificationChannel', 'notificationChannel', 'notificationChannels'),

  'scheduler.CreateJob': scheduled('create'),
  'scheduler.UpdateJob': scheduled('update'),
  'scheduler.GetJob': scheduled('get'),
  'scheduler.ListJobs': scheduled('list'),
  'scheduler.DeleteJob': scheduled('delete'),
  'scheduler.PauseJob': scheduled('pause'),
  'scheduler.ResumeJob': scheduled('enable'),
  'scheduler.RunJob': scheduled('run'),
};
