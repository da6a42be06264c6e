/** A person at the console: pages, and the forms on them, submitted as they are or with something changed. */
import type { Scenario } from './house.ts';

export interface Form {
  action: string;
  /** As a browser would submit it untouched. */
  fields: [name: string, value: string][];
}

const decode = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

export function formsIn(page: string): Form[] {
  return [...page.matchAll(/<form method="post" action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g)].map(
    ([, action = '', body = '']) => {
      const inputs = [...body.matchAll(/<input\b([^>]*)>|<textarea\b([^>]*)>\n?([\s\S]*?)<\/textarea>/g)];
      const fields = inputs.flatMap(([, input, area = '', text = '']): [string, string][] => {
        const attributes = input ?? area;
        const of = (name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];
        const isLeftOut = /checkbox|radio/.test(of('type') ?? '') && !/ checked/.test(attributes);
        return isLeftOut || of('name') === undefined ? [] : [[decode(of('name') ?? ''), decode(of('value') ?? text)]];
      });
      return { action, fields };
    },
  );
}

export function openConsole({ url }: Scenario) {
  let cookie = '';
  return {
    async page(address: string): Promise<string> {
      const response = await fetch(url + address, { headers: { 'accept-language': 'en', cookie } });
      cookie ||= (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      return response.text();
    },
    async submit({ action, fields }: Form, more: [string, string][] = []) {
      const changed = new Set(more.map(([name]) => name));
      const body = new URLSearchParams([...fields.filter(([name]) => !changed.has(name)), ...more]);
      const headers = { origin: url, cookie, 'accept-language': 'en' };
      const response = await fetch(url + action, { method: 'POST', redirect: 'manual', headers, body });
      return { status: response.status, text: await response.text() };
    },
  };
}
