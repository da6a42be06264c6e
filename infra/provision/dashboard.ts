/** The dashboard: what the gauges say, and whether the functions and their messages are well. */
import { gaugePrefix } from '../../functions/topology.ts';
import { gauges } from '../topology.ts';
import { type Gcloud, withFile } from './gcloud.ts';
import { bring, compare, create, type Part, type Step } from './step.ts';

interface Tile {
  title: string;
  filter: string;
  aligner: string;
  reducer?: string;
  groupBy?: string;
}

const tiles: readonly Tile[] = [
  ...gauges.map((each) => ({
    title: each.description,
    filter: `metric.type="${gaugePrefix}${each.name}" resource.type="global"`,
    aligner: 'ALIGN_MAX',
    ...(each.labels[0] ? { reducer: 'REDUCE_MAX', groupBy: `metric.label."${each.labels[0].key}"` } : {}),
  })),
  {
    title: 'Requests by function',
    filter: 'metric.type="run.googleapis.com/request_count" resource.type="cloud_run_revision"',
    aligner: 'ALIGN_RATE',
    reducer: 'REDUCE_SUM',
    groupBy: 'resource.label."service_name"',
  },
  {
    title: '5xx answers by function',
    filter:
      'metric.type="run.googleapis.com/request_count" resource.type="cloud_run_revision" metric.label."response_code_class"="5xx"',
    aligner: 'ALIGN_RATE',
    reducer: 'REDUCE_SUM',
    groupBy: 'resource.label."service_name"',
  },
  {
    title: 'Latency by function: 95th percentile (ms)',
    filter: 'metric.type="run.googleapis.com/request_latencies" resource.type="cloud_run_revision"',
    aligner: 'ALIGN_DELTA',
    reducer: 'REDUCE_PERCENTILE_95',
    groupBy: 'resource.label."service_name"',
  },
  {
    title: 'Oldest message by subscription',
    filter:
      'metric.type="pubsub.googleapis.com/subscription/oldest_unacked_message_age" resource.type="pubsub_subscription"',
    aligner: 'ALIGN_MAX',
    reducer: 'REDUCE_MAX',
    groupBy: 'resource.label."subscription_id"',
  },
];

const columns = 12;
const width = 6;
const height = 4;

/** In the form that `gcloud monitoring dashboards` takes. */
export function dashboard() {
  return {
    displayName: 'Metronome',
    labels: { metronome: '' },
    mosaicLayout: {
      columns,
      tiles: tiles.map((tile, index) => ({
        xPos: (index * width) % columns,
        yPos: Math.floor((index * width) / columns) * height,
        width,
        height,
        widget: {
          title: tile.title,
          xyChart: {
            dataSets: [
              {
                plotType: 'LINE',
                timeSeriesQuery: {
                  timeSeriesFilter: {
                    filter: tile.filter,
                    aggregation: {
                      alignmentPeriod: '600s',
                      perSeriesAligner: tile.aligner,
                      ...(tile.reducer ? { crossSeriesReducer: tile.reducer, groupByFields: [tile.groupBy] } : {}),
                    },
                  },
                },
              },
            ],
          },
        },
      })),
    },
  };
}

type Found = Record<string, unknown> & { name: string; etag?: string; labels?: Record<string, string> };

export function dashboardPart(gcloud: Gcloud): Part {
  const ours = async (): Promise<Found | undefined> => {
    const all = await gcloud.json<Found[]>(['monitoring', 'dashboards', 'list']);
    return all.find((each) => each.labels && 'metronome' in each.labels);
  };
  const plan = (found: Found | undefined): Step[] => {
    const command = ['monitoring', 'dashboards', found ? 'update' : 'create', ...(found ? [found.name] : [])];
    const write = () =>
      withFile({ ...dashboard(), ...(found ? { name: found.name, etag: found.etag } : {}) }, (path) =>
        gcloud.run([...command, `--config-from-file=${path}`]),
      );
    const make = async (isAgain: boolean) => (isAgain && (await ours())) || (await write());
    return [
      found
        ? bring('dashboard', 'Metronome', compare(dashboard(), found), write)
        : create('dashboard', 'Metronome', make, `${tiles.length} charts`),
    ];
  };
  return {
    title: 'Dashboard',
    api: 'monitoring.googleapis.com',
    ofNothing: () => plan(undefined),
    read: async () => plan(await ours()),
  };
}
