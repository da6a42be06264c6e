/** Excludes log lines: 99 in a hundred refusals of a flood, since logs would cost more than the requests, and requests with a secret in their path. */
import { type FunctionName, serviceOf } from '../../functions/topology.ts';
import { functions } from '../topology.ts';
import { byCommand, type Gcloud } from './gcloud.ts';
import { bring, type Part, type Step } from './step.ts';

const sink = '_Default';
export const exclusionName = 'metronome-refusals';

const doors = functions.filter((each) => each.trigger === 'public').map((each) => `"${each.service}"`);
/** Anyone with the address of a customer's page can read it. */
const secretPaths: readonly [name: FunctionName, begin: string][] = [['publicPages', '/s/']];

/** Cloud Run's line of a request, and ours of the same. */
const refused = [
  `resource.labels.service_name=(${doors.join(' OR ')})`,
  '(httpRequest.status=429 OR jsonPayload.status=429)',
  'sample(insertId, 0.99)',
].join(' AND ');
const secret = secretPaths.map(
  ([name, begin]) => `(resource.labels.service_name="${serviceOf(name)}" AND httpRequest.requestUrl:"${begin}")`,
);
const filter = `resource.type="cloud_run_revision" AND ((${refused}) OR ${secret.join(' OR ')})`;

interface Sink {
  exclusions?: { name: string; filter: string; disabled?: boolean }[];
}

export function logPart(gcloud: Gcloud): Part {
  const plan = (found: Sink): Step[] => {
    const own = found.exclusions?.find((each) => each.name === exclusionName);
    const isRight = own !== undefined && own.filter === filter && !own.disabled;
    if (isRight) return [bring('exclusion', exclusionName, [], async () => undefined)];
    const verb = own ? '--update-exclusion' : '--add-exclusion';
    const differences = own ? [{ field: 'filter', is: own.disabled ? 'disabled' : own.filter, shouldBe: filter }] : [];
    return [
      byCommand(
        gcloud,
        {
          kind: 'exclusion',
          name: exclusionName,
          action: own ? 'update' : 'create',
          differences,
          note: 'keeps one of a hundred lines of requests that were refused with 429, and none of addresses that are secrets',
        },
        // A delimiter of its own: the filter has a comma. gcloud takes any value of `disabled` as true, and none as false.
        [
          'logging',
          'sinks',
          'update',
          sink,
          `${verb}=^##^name=${exclusionName}${own?.disabled ? '##disabled=' : ''}##filter=${filter}`,
        ],
      ),
    ];
  };
  return {
    title: 'Logs',
    api: 'logging.googleapis.com',
    ofNothing: () => plan({}),
    read: async () => plan(await gcloud.json<Sink>(['logging', 'sinks', 'describe', sink])),
  };
}
