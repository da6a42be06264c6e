/** Paths, methods and headers that try to reach something else than they say. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { functions } from '../../infra/topology.ts';
import { send } from '../fuzz/wire.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario();
let incidentId = '';
beforeAll(async () => {
  incidentId = (await scenario.ticket({ id: 'a', subject: 'x' })).body.incident.id;
});

const bearer = { authorization: 'Bearer local', 'content-type': 'application/json' };
const body = Buffer.from('{"id":"p-1","subject":"x"}');

describe('a path', () => {
  test.each([
    '/tickets/zendesk%2f',
    '/tickets/%7aendesk',
    '/tickets/./zendesk',
    '/tickets//zendesk',
    '/tickets/zendesk;x=1',
    '/tickets/zendesk/..',
    '/tickets/generic',
    '/tickets/__proto__',
    '/tickets/constructor',
    '/tickets/../api/incidents',
    '/tickets/%2e%2e/api',
    '/tickets/%00',
    '/alerts/x',
    '/alerts/..',
    '/alerts%2f',
    '//tickets',
    '/TICKETS',
  ])('%s is no door', async (path) => {
    const answered = await send(scenario.url, path, { method: 'POST', headers: bearer, body });
    expect(answered.status).toBe(404);
  });

  test.each([
    `/api/incidents/../incidents/inc_${'0'.repeat(24)}`,
    '/api//incidents',
    '/api/incidents%2f',
    '/api/../console',
    '/api/%2e%2e/console',
    '/api/incidents/../../console',
    '/api/_local/clock',
    '/console/../api/incidents',
    '/console/assets/../page.ts',
    '/console/assets/..%2fcatalogue.json',
    '/console/assets/%2e%2e%2fcatalogue.json',
    '/console/assets/....//catalogue.json',
  ])('%s leads nowhere', async (path) => {
    const answered = await send(scenario.url, path);
    expect(answered.status).toBe(404);
  });

  test('in absolute form, as proxies are asked, is the path of nothing', async () => {
    for (const path of ['http://evil.example/tickets', `${scenario.url}/api/incidents`, '*']) {
      expect((await send(scenario.url, path, { method: 'POST', headers: bearer, body })).status).toBe(404);
    }
  });

  test.each([
    ['/console/..//evil.example?lang=en', '/console'],
    ['/console/..//evil.example/x?lang=en&a=b', '/console?a=b'],
    ['/console/%0d%0aX-Y:z?lang=en', '/console/%0d%0aX-Y:z'],
    ['/console/%2f%2fevil.example?lang=en', '/console/%2f%2fevil.example'],
  ])('%s moves to a page of this host', async (path, to) => {
    const answered = await send(scenario.url, path);
    expect([answered.status, answered.headers.location]).toEqual([303, to]);
  });
});

describe('a method', () => {
  test('is what the request line says, whatever a header asks for', async () => {
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const headers = { ...bearer, [name]: 'POST' };
      expect((await send(scenario.url, '/tickets', { headers })).status).toBe(405);
      expect((await send(scenario.url, `/api/incidents/${incidentId}/events`, { headers })).status).toBe(404);
      expect((await send(scenario.url, '/api/incidents?_method=POST', { headers })).status).toBe(200);
    }
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'GET'])(
    '%s is not taken at a door',
    async (method) => {
      const answered = await send(scenario.url, '/tickets', { method, headers: bearer });
      expect([answered.status, answered.headers.allow]).toEqual([405, 'POST']);
    },
  );

  test('is refused at the address that Google’s uptime checks ask', async () => {
    for (const { name } of functions.filter(({ trigger }) => trigger === 'public')) {
      // Customers read their pages with GET: without a token there is none.
      const expected = name === 'publicPages' ? 404 : 405;
      expect([name, (await send(scenario.url, `/${name}`, { method: 'GET' })).status]).toEqual([name, expected]);
    }
  });

  test('of another origin is allowed to nobody: no answer names an origin', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    for (const path of [
      '/tickets',
      '/alerts',
      '/opsgenie/v2/alerts',
      '/pagerduty/v2/enqueue',
      '/changes/github',
      '/api/incidents',
      '/console',
    ]) {
      const answered = await send(scenario.url, path, { method: 'OPTIONS', headers });
      expect(Object.keys(answered.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('a header', () => {
  const lies = {
    // The local front refuses other names; another port passes it, and is as untrue.
    host: 'localhost:6666',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'javascript',
    'x-forwarded-prefix': '/evil',
    'x-original-url': '/api/incidents',
    'x-rewrite-url': '/api/incidents',
    forwarded: 'host=evil.example;proto=http',
  };

  test('of a host or a proxy changes no address that is answered', async () => {
    for (const path of ['/console', `/console/incidents/${incidentId}`, '/api/incidents', '/api/openapi.json']) {
      const answered = await send(scenario.url, path, { headers: lies });
      expect([answered.status, /evil|6666/.test(answered.text)]).toEqual([200, false]);
    }
    const moved = await send(scenario.url, '/console?lang=en', { headers: lies });
    expect([moved.status, moved.headers.location]).toEqual([303, '/console']);
  });

  test('of an address counts for the limits only in its last hop', async () => {
    const tried = await send(scenario.url, '/console//evil.example/%2f..?lang=en', { headers: lies });
    expect(String(tried.headers.location)).toMatch(/^\/console\//);
  });
});

test('a console that is alone on its host answers any path with a page', async () => {
  const alone = createServer((request, response) => {
    getTestServer('console').emit('request', request, response);
  });
  await new Promise<void>((resolve) => alone.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(alone.address() as AddressInfo).port}`;
    for (const path of [
      '//',
      '///x',
      '//evil.example/%2e',
      '/\\evil.example',
      '/?lang=xx',
      '/'.repeat(8_000),
      `/${'/'.repeat(8_000)}x`,
    ]) {
      const answered = await send(url, path);
      expect([path.slice(0, 40), answered.status < 500, answered.text.includes('<main')]).toEqual([
        path.slice(0, 40),
        true,
        true,
      ]);
    }
    const moved = await send(url, '//evil.example?lang=en');
    expect(String(moved.headers.location ?? '/console')).toMatch(/^\/console/);
  } finally {
    alone.close();
  }
});
