/** The door list: each deployed function's name and a lazy import of its door, nothing else. */

import type { CloudEvent, CloudEventFunction, HttpFunction } from '@google-cloud/functions-framework';
import { cloudEvent, http } from '@google-cloud/functions-framework';
import { runFunction } from './platform/environment.ts';
import { ownRawBody } from './platform/raw-body.ts';
import './platform/without-domains.ts';

const httpDoors: Record<string, () => Promise<HttpFunction>> = {
  tickets: async () => (await import('./intake/tickets.ts')).tickets,
  alerts: async () => (await import('./intake/alerts.ts')).alerts,
  api: async () => (await import('./api/api.ts')).api,
  slack: async () => (await import('./slack/door.ts')).slack,
  console: async () => (await import('./console/door.ts')).console,
};

const eventDoors: Record<string, () => Promise<CloudEventFunction<unknown>>> = {
  ticketEvents: async () => (await import('./intake/events.ts')).ticketEvents,
  alertEvents: async () => (await import('./intake/events.ts')).alertEvents,
  minuteTick: async () => (await import('./minute-tick.ts')).minuteTick,
  gauges: async () => (await import('./customer-updates/gauges.ts')).gauges,
  notify: async () => (await import('./outgoing/notify.ts')).notify,
  outgoing: async () => (await import('./calls-outward.ts')).outgoing,
  slackEvents: async () => (await import('./slack/events.ts')).slackEvents,
  releases: async () => (await import('./evidence/releases.ts')).releases,
  series: async () => (await import('./evidence/series.ts')).series,
  weeklyTick: async () => (await import('./postmortems/weekly-tick.ts')).weeklyTick,
  deadLetters: async () => (await import('./intake/dead-letters.ts')).deadLetters,
};

for (const [name, load] of Object.entries(httpDoors)) {
  ownRawBody(name);
  http(name, (request, response) => runFunction(name, async () => (await load())(request, response)));
}
for (const [name, load] of Object.entries(eventDoors)) {
  cloudEvent(name, (event: CloudEvent<unknown>) => runFunction(name, async () => (await load())(event)));
}
