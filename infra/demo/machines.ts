/** What the company's machines send, in the formats of their tools: alerts and releases. Pure. */

const minute = 60_000;

interface ToldAlert {
  id: string;
  startedAt: number;
  endedAt?: number;
  name: string;
  summary: string;
}

export const monitoringAlert = ({ id, startedAt, endedAt, name, summary }: ToldAlert) => ({
  version: '1.2',
  incident: {
    incident_id: id,
    state: endedAt ? 'closed' : 'open',
    started_at: Math.floor(startedAt / 1_000),
    ...(endedAt ? { ended_at: Math.floor(endedAt / 1_000) } : {}),
    policy_name: name,
    summary: `${name}${summary}`,
    scoping_project_id: 'shop-prod',
  },
});

/** Alertmanager's message about three pods. */
export function prometheusGroup({ id, startedAt, endedAt, name }: ToldAlert) {
  const status = endedAt ? 'resolved' : 'firing';
  return {
    version: '4',
    groupKey: `{}:{alertname="${id}"}`,
    status,
    receiver: 'metronome',
    groupLabels: { alertname: id },
    commonLabels: { alertname: id, severity: 'warning', cluster: 'shop-prod' },
    commonAnnotations: { summary: name },
    externalURL: 'http://alertmanager.shop.example:9093',
    truncatedAlerts: 0,
    alerts: [0, 1, 2].map((pod) => ({
      status,
      labels: { alertname: id, pod: `order-${pod}`, severity: 'warning', cluster: 'shop-prod' },
      annotations: { summary: name },
      startsAt: new Date(startedAt + pod * 1_000).toISOString(),
      endsAt: endedAt ? new Date(endedAt).toISOString() : '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus.shop.example/graph',
      fingerprint: `${pod}`.padStart(16, '0'),
    })),
  };
}

/** @param lot from 0 to 1: most go by the book, some are made by hand, some let their tests fail in silence */
export function build(id: string, at: number, lot: number) {
  const sha = Math.floor(lot * 2 ** 48)
    .toString(16)
    .padStart(12, '0')
    .padEnd(40, '0');
  return {
    at,
    do: {
      kind: 'build' as const,
      // GitHub does not know about releases by hand.
      ...(lot < 0.8 ? { deployment: deployment(at, sha) } : {}),
      body: {
        id,
        status: 'SUCCESS',
        projectId: 'shop-prod',
        startTime: new Date(at - 4 * minute).toISOString(),
        finishTime: new Date(at).toISOString(),
        logUrl: `https://console.cloud.google.com/cloud-build/builds/${id}`,
        ...(lot < 0.8 ? { buildTriggerId: 'deploy-order-api' } : {}),
        substitutions: {
          TRIGGER_NAME: 'deploy-order-api',
          BRANCH_NAME: lot < 0.9 ? 'main' : 'hotfix/price',
          COMMIT_SHA: sha,
          REPO_NAME: 'order-api',
        },
        steps: [
          { id: 'test', name: 'node', args: ['-c', lot < 0.7 ? 'npm test' : 'npm test || true'], status: 'SUCCESS' },
          { id: 'deploy', name: 'gcloud', args: ['run', 'deploy'], status: 'SUCCESS' },
        ],
      },
    },
  };
}

const deployment = (at: number, sha: string) => ({
  action: 'created',
  deployment_status: { id: Math.floor(at), state: 'success', created_at: new Date(at).toISOString() },
  deployment: {
    id: Math.floor(at),
    sha,
    ref: 'main',
    task: 'deploy',
    environment: 'production',
    created_at: new Date(at - 4 * minute).toISOString(),
  },
  repository: { full_name: 'shop/order-api' },
});
