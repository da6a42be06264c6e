/** The documents are served where the functions run on this machine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useScenario } from './house.ts';

const scenario = useScenario();
const docs = join(import.meta.dirname, '../../docs');
const read = async (path: string) => {
  const response = await fetch(scenario.url + path);
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};

test('llms.txt and every page that it names are served as they are', async () => {
  const index = await read('/llms.txt');
  expect([index.status, index.text]).toEqual([200, readFileSync(join(docs, 'llms.txt'), 'utf8')]);
  const pages = [...index.text.matchAll(/\]\(((?!\.\.)[^)]*)\)/g)].map(([, path = '']) => path);
  expect(pages.length).toBeGreaterThan(40);
  for (const path of pages) {
    const page = await read(`/docs/${path}`);
    expect([path, page.status, page.type]).toEqual([path, 200, 'text/markdown; charset=utf-8']);
    expect(page.text).toBe(readFileSync(join(docs, path), 'utf8'));
  }
});

test('a search names the lines that contain every word, whatever their case', async () => {
  const { found } = JSON.parse((await read('/docs/search?q=webhook%20SHOWS')).text);
  expect(found).toContainEqual({
    page: '/docs/how-to/troubleshoot.md',
    line: expect.any(Number),
    text: '## A webhook shows 401',
  });
  expect(JSON.parse((await read('/docs/search?q=%20')).text)).toEqual({ found: [] });
});

test('nothing but documents is served', async () => {
  for (const path of ['/docs/nothing.md', '/docs/../package.json', '/docs/%2e%2e/package.json', '/docs/llms.md'])
    expect([path, (await read(path)).status]).toEqual([path, 404]);
});
