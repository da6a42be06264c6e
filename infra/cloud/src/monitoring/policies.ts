import { createHash } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import type { Unary } from '../grpc.ts';
import { applyMask, fromMillis, page } from '../wire.ts';
import type { Channel } from './channels.ts';
import { parseFilter } from './filter.ts';
import { type AlertPolicy, type Condition, notEvaluated, refuseInvalid } from './policy.ts';
import { fieldsOf, type ResourceStore } from './resource-store.ts';

const unimplemented = 12;

/** The fields that a mask may name. */
const fields = [
  'name',
  'display_name',
  'documentation',
  'user_labels',
  'conditions',
  'combiner',
  'enabled',
  'validity',
  'notification_channels',
  'creation_record',
  'mutation_record',
  'alert_strategy',
  'severity',
];

/** google.monitoring.v3.AlertPolicyService. `changed` is called when a policy was. */
export function policyMethods(
  policies: ResourceStore<AlertPolicy>,
  channels: ResourceStore<Channel>,
  clock: LocalClock,
  changed: () => void,
): Record<string, Unary> {
  const save = (policy: AlertPolicy, created: AlertPolicy['creationRecord']): AlertPolicy => {
    refuseInvalid(policy);
    for (const name of policy.notificationChannels ?? []) channels.found(name);
    const { validity: _, ...rest } = policy;
    const missing = notEvaluated(policy);
    const record = { mutateTime: fromMillis(clock.now()) };
    const saved = policies.put({
      ...rest,
      enabled: policy.enabled ?? { value: true },
      conditions: named(policy, clock.now()),
      ...(missing && {
        validity: {
          code: unimplemented,
          message: `The local cloud keeps this policy but does not evaluate ${missing}.`,
        },
      }),
      creationRecord: created ?? record,
      mutationRecord: record,
    });
    changed();
    return saved;
  };

  return {
    CreateAlertPolicy: ({ name, alertPolicy = {} }) =>
      save({ ...alertPolicy, name: `${name}/alertPolicies/${policies.newId()}` }, undefined),
    GetAlertPolicy: ({ name }) => policies.found(name),
    ListAlertPolicies: (request) => {
      const filter = request.filter ? parseFilter(request.filter) : () => true;
      const mine = policies.of(request.name).filter((policy) => filter(fieldsOf(policy)));
      const { items, nextPageToken } = page(mine, ({ name }) => name, request);
      return { alertPolicies: items, nextPageToken, totalSize: mine.length };
    },
    UpdateAlertPolicy: ({ alertPolicy, updateMask }) => {
      const current = policies.found(alertPolicy.name);
      const paths: string[] = updateMask?.paths ?? [];
      const next = paths.length === 0 ? alertPolicy : applyMask(current, alertPolicy, paths, fields);
      return save({ ...next, name: current.name }, current.creationRecord);
    },
    DeleteAlertPolicy: ({ name }) => {
      policies.found(name);
      policies.drop(name);
      changed();
    },
  };
}

/** Conditions with names: a condition that has a name of this policy keeps it. */
function named({ name: policy, conditions = [] }: AlertPolicy, now: number): Condition[] {
  return conditions.map((condition, index) => {
    if (condition.name?.startsWith(`${policy}/conditions/`)) return condition;
    const digest = createHash('sha256')
      .update(JSON.stringify([policy, condition, now, index]))
      .digest();
    return { ...condition, name: `${policy}/conditions/${digest.readBigUInt64BE() % 10n ** 18n}` };
  });
}
