/**
 * The addresses of the services, as Cloud Run leads a request to a revision: by a tag, or to what has the traffic. A revision
 * answers as the function that its variables name, and wrongly where its image is broken.
 */
import { type Project, projectId, projectNumber, type Resource } from './project.ts';

export interface Visit {
  service: string;
  tag: string | undefined;
  revision: string;
  image: string;
  path: string;
}

export interface Doors {
  visits: Visit[];
  /** Whether what a revision of that image does fails. */
  breaks(visit: Visit): boolean;
  close(): void;
}

const address = new RegExp(`^(?:([a-z]+)---)?(metronome-[a-z-]+)-${projectNumber}\\.([a-z]+-[a-z]+\\d+)\\.run\\.app$`);
const incident = 'inc_1';

/** Takes the place of `fetch` for these addresses, until it is closed. */
export function openDoors(project: Project): Doors {
  const { fetch: real } = globalThis;
  const doors: Doors = {
    visits: [],
    breaks: () => false,
    close() {
      globalThis.fetch = real;
    },
  };
  const lookFor = (region: string, kind: string, name: string): Resource =>
    project.resources.get(`projects/${projectId}/locations/${region}/${kind}/${name}`);
  const answer = (url: URL, init: RequestInit): Response => {
    const [, tag, service = '', region = ''] = address.exec(url.host) ?? [];
    if (project.lostRegions.has(region)) throw new TypeError('fetch failed');
    const traffic: Resource[] = lookFor(region, 'services', service)?.status.traffic ?? [];
    const target = traffic.find((each) => (tag ? each.tag === tag : each.percent === 100));
    // As Cloud Run does, where it knows no such service or tag.
    if (!target) return new Response('<html>404</html>', { status: 404 });
    const { template } = lookFor(region, 'revisions', target.revisionName);
    const [{ image, env }] = template.spec.containers;
    const visit = { service, tag, revision: target.revisionName, image, path: url.pathname };
    doors.visits.push(visit);
    if (doors.breaks(visit)) return new Response('broken', { status: 500 });
    if (!new Headers(init.headers).get('authorization')) return new Response('', { status: 403 });
    const is = env.find((each: { name: string }) => each.name === 'FUNCTION_TARGET')?.value;
    const body = answers[is]?.(url.pathname);
    return body ? new Response(body) : new Response('', { status: 404 });
  };
  globalThis.fetch = async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return url.host.endsWith('.run.app') ? answer(url, init) : real(input, init);
  };
  return doors;
}

const answers: Record<string, (path: string) => string | undefined> = {
  tickets: (path) => (path === '/tickets' ? JSON.stringify({ incident: { id: incident } }) : undefined),
  api: (path) =>
    path.startsWith(`/api/incidents/${incident}/`) ? JSON.stringify({ events: [{ type: 'filed' }] }) : undefined,
  console: (path) => (path === `/console/incidents/${incident}` ? `<h1>${incident}</h1>` : undefined),
};
