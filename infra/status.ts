/** `npm run status`: how a deployment is. It only looks, and reads no secret. */
import { commandOf, lineTo, runTyped, sharedUsage, WrongCall } from './command-line.ts';
import { databaseOf, optionsOf, readConfiguration, regionOf } from './deployment-file.ts';
import { authOf, clientsOf } from './provision/clients.ts';
import { gcloudOf } from './provision/gcloud.ts';
import { partsOf } from './provision/plan.ts';
import { activeAccount } from './provision/preflight.ts';
import { enabledApis } from './provision/project.ts';
import { settingsFolder } from './settings-folder.ts';
import { look } from './status/look.ts';
import { measureBy } from './status/measures.ts';
import { reportOf } from './status/report.ts';

const usage = `npm run status -- --project P [--region R] [--settings DIR]

How a deployment is: release, database, ticks, queues, secrets, alerts, what differs from the plan, and the bill of the month so far.
It changes nothing and reads no secret. It needs roles/viewer and roles/serviceusage.serviceUsageConsumer, and takes a minute.
It ends with 1 where there is something to look at.

${sharedUsage}
  --region   the region, if provisioning has not remembered it
`;

/** @param now other than the real one */
export const statusAt = (now: () => number = Date.now) =>
  commandOf(usage, { region: { type: 'string' } }, async (values, typed) => {
    const { project } = values;
    if (!project) throw new WrongCall();
    const configuration = readConfiguration(settingsFolder(values.settings), project);
    const region = regionOf(configuration, project, values.region);
    const database = databaseOf(configuration);
    const gcloud = gcloudOf(project);
    if (!(await activeAccount(gcloud))) throw new Error('No account. Install gcloud, then: gcloud auth login');
    const { projectNumber } = await gcloud.json<{ projectNumber: string }>(['projects', 'describe', project]);
    const auth = await authOf(gcloud);
    const clients = clientsOf(project, auth);
    const planned = await partsOf({
      ...optionsOf({ ...configuration, region }),
      project,
      projectNumber,
      region,
      database,
      isRemembered: true,
      takesDatabase: false,
      gcloud,
      auth,
    });
    try {
      const { text, attention } = reportOf(
        await look({
          atMs: now(),
          configuration,
          region,
          database,
          gcloud,
          measure: measureBy(clients.metrics, project),
          clients,
          parts: planned.parts,
          apis: await enabledApis(gcloud),
        }),
      );
      lineTo(typed)(text.trimEnd());
      return attention.length > 0 ? 1 : 0;
    } finally {
      await Promise.all([clients.close(), planned.close()]);
    }
  });

if (import.meta.main) await runTyped(statusAt());
