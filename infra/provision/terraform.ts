/**
 * The plan of an empty project as Terraform configuration (JSON syntax), for companies that allow nothing else: written from the same
 * data that `npm run provision` applies. The values of secrets and the services are in no configuration: `npm run deploy` makes those.
 */

import { readFileSync } from 'node:fs';
import { gaugePrefix, subscriptions, topics } from '../../functions/topology.ts';
import { functions, gauges, schedules, secretNames } from '../topology.ts';
import {
  type AccountGrant,
  accounts,
  apis,
  cloudBuildAccounts,
  cloudBuildGrants,
  emailOf,
  grants,
  memberOf,
  secretId,
} from './accounts.ts';
import { backupSchedules } from './backup-schedules.ts';
import { dashboard } from './dashboard.ts';
import { policyOf } from './monitoring.ts';
import { burns, objectiveOf, objectives } from './objectives.ts';
import { pushTargetOf, type Target } from './plan.ts';
import { ownLabels } from './pubsub.ts';
import { jobOf } from './scheduler.ts';
import { serviceUrl } from './service-url.ts';
import { type Block, block, literal, local, named, type Resources, reference } from './terraform-block.ts';
import { checkOf } from './uptime.ts';
import { type ChannelKey, watches } from './watch.ts';

type Asked = Pick<Target, 'project' | 'region' | 'operatorEmail' | 'hasCloudBuild' | 'staysInRegion' | 'database'>;

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
/** Where the project's number belongs, in the form of one: Terraform asks Google for it. */
const [daily, weekly] = backupSchedules;
const numberToAsk = '9000000000001';

/** @returns the text of `main.tf.json` */
export function terraformOf(target: Asked): string {
  const { project, region } = target;
  const variable = {
    alerts_token: {
      type: 'string',
      sensitive: true,
      description: 'The newest value of the secret metronome-alerts-token.',
    },
  };
  const configuration = {
    '//': 'npm run provision -- --export terraform wrote this: change Metronome’s topology, not this file.',
    terraform: { required_providers: { google: { source: 'hashicorp/google', version: '>= 6.0' } } },
    provider: { google: { project, region } },
    data: { google_project: { metronome: { project_id: project } } },
    variable,
    resource: resourcesOf({ ...target, projectNumber: numberToAsk } as Target),
  };
  const number = reference('data.google_project.metronome.number');
  return `${JSON.stringify(configuration, null, 2).replaceAll(numberToAsk, number)}\n`;
}

function resourcesOf(target: Target): Resources {
  const { project, region, database, staysInRegion } = target;
  const channels = channelsOf(target);
  const channelNames = new Map(
    Object.keys(channels).map((key) => [key as ChannelKey, `\${google_monitoring_notification_channel.${key}.name}`]),
  );
  const all = {
    google_project_service: named(
      apis,
      ([name]) => name.split('.')[0] ?? '',
      ([service]) => ({ service, disable_on_destroy: false }),
    ),
    google_service_account: named(
      target.hasCloudBuild ? [...accounts, ...cloudBuildAccounts] : accounts,
      ({ id }) => id,
      ({ id, description }) => ({ account_id: id, description }),
    ),
    google_secret_manager_secret: named(
      secretNames,
      (name) => name,
      (name) => ({
        secret_id: secretId(name),
        labels: ownLabels,
        replication: staysInRegion ? { user_managed: { replicas: [{ location: region }] } } : { auto: {} },
      }),
    ),
    google_pubsub_topic: named(
      Object.values(topics),
      (name) => name,
      (name) => ({
        name,
        labels: ownLabels,
        ...(staysInRegion ? { message_storage_policy: { allowed_persistence_regions: [region] } } : {}),
      }),
    ),
    google_pubsub_subscription: named(
      subscriptions,
      ({ name }) => name,
      (spec) => {
        const { endpoint, oidcToken } = pushTargetOf(spec, target);
        return {
          name: spec.name,
          topic: `\${google_pubsub_topic.${spec.topic}.id}`,
          labels: ownLabels,
          ack_deadline_seconds: spec.ackDeadlineSeconds,
          message_retention_duration: `${spec.retentionSeconds}s`,
          expiration_policy: { ttl: '' },
          retry_policy: {
            minimum_backoff: `${spec.minimumBackoffSeconds}s`,
            maximum_backoff: `${spec.maximumBackoffSeconds}s`,
          },
          push_config: {
            push_endpoint: endpoint,
            oidc_token: { service_account_email: oidcToken?.serviceAccountEmail, audience: oidcToken?.audience },
          },
          ...(spec.maxDeliveryAttempts
            ? {
                dead_letter_policy: {
                  dead_letter_topic: `\${google_pubsub_topic.${topics.deadLetters}.id}`,
                  max_delivery_attempts: spec.maxDeliveryAttempts,
                },
              }
            : {}),
        };
      },
    ),
    ...grantsOf(target),
    google_firestore_database: {
      metronome: {
        name: database,
        location_id: region,
        type: 'FIRESTORE_NATIVE',
        point_in_time_recovery_enablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
        delete_protection_state: 'DELETE_PROTECTION_ENABLED',
      },
    },
    google_firestore_backup_schedule: {
      daily: { database: databaseName, retention: `${daily.keptDays * 86_400}s`, daily_recurrence: {} },
      weekly: {
        database: databaseName,
        retention: `${weekly.keptDays * 86_400}s`,
        weekly_recurrence: { day: 'SUNDAY' },
      },
    },
    ...indexesOf(),
    google_firebaserules_ruleset: {
      metronome: { source: { files: [{ name: 'firestore.rules', content: literal(read('firestore.rules')) }] } },
    },
    google_firebaserules_release: {
      metronome: {
        name: database === '(default)' ? 'cloud.firestore' : `cloud.firestore/${database}`,
        ruleset_name: reference('google_firebaserules_ruleset.metronome.name'),
      },
    },
    google_cloud_scheduler_job: named(
      schedules,
      ({ name }) => name,
      (spec) => {
        const { name: _, pubsubTarget, ...job } = jobOf(spec, '', project);
        return {
          name: spec.name,
          region,
          ...block(job),
          // The first deployment that is tried starts them.
          paused: true,
          pubsub_target: {
            topic_name: reference(`google_pubsub_topic.${spec.topic}.id`),
            data: pubsubTarget.data.toString('base64'),
          },
        };
      },
    ),
    google_monitoring_metric_descriptor: named(
      gauges,
      ({ name }) => name,
      (gauge) => ({
        type: `${gaugePrefix}${gauge.name}`,
        metric_kind: 'GAUGE',
        value_type: 'INT64',
        unit: gauge.unit,
        display_name: `Metronome: ${gauge.name.replaceAll('_', ' ')}`,
        description: gauge.description,
        ...(gauge.labels.length > 0
          ? { labels: gauge.labels.map(({ key, description }) => ({ key, value_type: 'STRING', description })) }
          : {}),
      }),
    ),
    google_monitoring_notification_channel: channels,
    google_monitoring_uptime_check_config: named(
      functions.filter((each) => each.trigger === 'public'),
      ({ name }) => name,
      ({ name, service }) => block(checkOf(name, service, new URL(serviceUrl(name, target)).host, project)),
    ),
    google_monitoring_custom_service: {
      metronome: { service_id: 'metronome', display_name: 'Metronome', user_labels: { metronome: 'objectives' } },
    },
    google_monitoring_slo: named(
      objectives,
      ({ key }) => key,
      (spec) => {
        const { displayName, goal, serviceLevelIndicator } = objectiveOf(spec);
        const { requestBased, windowsBased } = serviceLevelIndicator ?? {};
        return {
          service: reference('google_monitoring_custom_service.metronome.service_id'),
          slo_id: spec.key,
          display_name: displayName,
          goal,
          rolling_period_days: 30,
          ...(requestBased ? { request_based_sli: block(requestBased) } : {}),
          ...(windowsBased ? { windows_based_sli: block(windowsBased) } : {}),
        };
      },
    ),
    google_monitoring_alert_policy: named(
      [...watches, ...burns],
      ({ key }) => key,
      (spec) => ({
        ...block(policyOf(spec, channelNames, false, project)),
        // A policy on a metric or an objective that is not there is refused.
        depends_on: [
          ...gauges.map(({ name }) => `google_monitoring_metric_descriptor.${name}`),
          ...objectives.map(({ key }) => `google_monitoring_slo.${key}`),
        ],
      }),
    ),
    google_monitoring_dashboard: { metronome: { dashboard_json: literal(JSON.stringify(dashboard())) } },
  };
  return all;
}

const databaseName = reference('google_firestore_database.metronome.name');
function channelsOf({ operatorEmail, ...target }: Target): Record<string, Block> {
  const own = (key: ChannelKey, displayName: string, type: string, labels: Block, more: Block = {}) => ({
    [key]: { display_name: displayName, type, labels, user_labels: { 'metronome-channel': key }, ...more },
  });
  const url = `${serviceUrl('alerts', target)}/alerts`;
  const sensitive = { sensitive_labels: { password: reference('var.alerts_token') } };
  return {
    ...(operatorEmail ? own('operator', 'Metronome: its operator', 'email', { email_address: operatorEmail }) : {}),
    ...own('door', 'Metronome: the alerts door', 'webhook_basicauth', { url, username: 'metronome' }, sensitive),
    ...own('topic', 'Metronome: the alerts topic', 'pubsub', {
      topic: `\${google_pubsub_topic.${topics.alertNotifications}.id}`,
    }),
  };
}

function grantsOf({ project, projectNumber, hasCloudBuild }: Target): Resources {
  const resources: Resources = {};
  for (const grant of hasCloudBuild ? [...grants, ...cloudBuildGrants] : grants) {
    const [type, on] = placeOf(grant.on, project);
    const who = 'account' in grant.to ? grant.to.account : grant.to.agent;
    const name = local(
      who,
      grant.role.replace('roles/', ''),
      ...Object.values(on).map((each) => String(each).replace(/^\$\{\w+\.|\.\w+\}$/g, '')),
    );
    resources[type] = {
      ...resources[type],
      [name]: {
        ...on,
        role: grant.role,
        member: memberOf(grant.to, project, projectNumber),
        depends_on:
          'account' in grant.to ? [`google_service_account.${grant.to.account}`] : dependsOfAgent[grant.to.agent],
      },
    };
  }
  return resources;
}

/** An agent of Google's appears with the first thing that needs it. */
const dependsOfAgent = {
  pubsub: ['google_project_service.pubsub'],
  'monitoring-notification': ['google_monitoring_notification_channel.topic'],
};

function placeOf(on: AccountGrant['on'], project: string): [type: string, on: Block] {
  if ('topic' in on) return ['google_pubsub_topic_iam_member', { topic: `\${google_pubsub_topic.${on.topic}.name}` }];
  if ('subscription' in on)
    return [
      'google_pubsub_subscription_iam_member',
      { subscription: `\${google_pubsub_subscription.${on.subscription}.name}` },
    ];
  if ('secret' in on) {
    const name = secretNames.find((each) => secretId(each) === on.secret);
    return ['google_secret_manager_secret_iam_member', { secret_id: `\${google_secret_manager_secret.${name}.id}` }];
  }
  if ('bucket' in on) return ['google_storage_bucket_iam_member', { bucket: on.bucket }];
  if ('account' in on)
    return [
      'google_service_account_iam_member',
      { service_account_id: `projects/${project}/serviceAccounts/${emailOf(on.account, project)}` },
    ];
  return ['google_project_iam_member', { project }];
}

interface IndexFile {
  indexes: {
    collectionGroup: string;
    queryScope: string;
    fields: { fieldPath: string; order?: string; arrayConfig?: string }[];
  }[];
  fieldOverrides: {
    collectionGroup: string;
    fieldPath: string;
    ttl?: boolean;
    indexes: { queryScope?: string; order?: string; arrayConfig?: string }[];
  }[];
}

function indexesOf(): Resources {
  const { indexes, fieldOverrides } = JSON.parse(read('firestore.indexes.json')) as IndexFile;
  return {
    google_firestore_index: named(
      indexes,
      ({ collectionGroup, queryScope, fields }) =>
        [
          collectionGroup,
          queryScope,
          ...fields.map(({ fieldPath, order }) => `${fieldPath}-${order ?? 'elements'}`),
        ].join('-'),
      ({ collectionGroup, queryScope, fields }) => ({
        database: databaseName,
        collection: collectionGroup,
        query_scope: queryScope,
        fields: fields.map((each) => block(each)),
      }),
    ),
    google_firestore_field: named(
      fieldOverrides,
      ({ collectionGroup, fieldPath }) => `${collectionGroup}-${fieldPath}`,
      ({ collectionGroup, fieldPath, ttl, indexes }) => ({
        database: databaseName,
        collection: collectionGroup,
        field: fieldPath,
        index_config: indexes.length > 0 ? { indexes: indexes.map((each) => block(each)) } : {},
        ...(ttl ? { ttl_config: {} } : {}),
      }),
    ),
  };
}
