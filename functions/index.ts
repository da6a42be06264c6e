/** The door list: each deployed function's name and a lazy import of its door, nothing else. */
import { type CloudEventFunction, type HttpFunction, http } from '@google-cloud/functions-framework';
import { runFunction } from './platform/environment.ts';
import { pushDoor } from './platform/push-door.ts';
import { ownRawBody } from './platform/raw-body.ts';
import './platform/without-domains.ts';
import { alsoAt } from './topology.ts';

const httpDoors: Record<string, () => Promise<HttpFunction>> = {
  tickets: async () => (await import('./intake/tickets.ts')).tickets,
  alerts: async () => (await import('./alerts/door.ts')).alerts,
  changes: async () => (await import('./evidence/changes.ts')).changes,
  api: async () => (await import('./api/api.ts')).api,
  slack: async () => (await import('./slack/door.ts')).slack,
  console: async () => (await import('./console/door.ts')).console,
  publicPages: async () => (await import('./public-pages/door.ts')).publicPages,
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
  for (const path of [name, ...(alsoAt[name] ?? [])]) ownRawBody(path);
  http(name, (request, response) => runFunction(name, async () => (await load())(request, response)));
}
for (const [name, load] of Object.entries(eventDoors)) {
  ownRawBody(name);
  const answer = pushDoor(name, async (event) => (await load())(event));
  http(name, (request, response) => runFunction(name, () => answer(request, response)));
}
