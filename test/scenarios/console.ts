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

/** A visitor, whose language is English where none is said. */
export function openConsole(house: Pick<Scenario, 'url'>, language = 'en') {
  let cookie = '';
  const page = async (address: string): Promise<string> => {
    const response = await fetch(house.url + address, { headers: { 'accept-language': language, cookie } });
    cookie ||= (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    return response.text();
  };
  const post = async (address: string, fields: [string, string][], more: Record<string, string> = {}) => {
    const headers = { origin: house.url, cookie, 'accept-language': language, ...more };
    const body = new URLSearchParams(fields);
    const response = await fetch(house.url + address, { method: 'POST', redirect: 'manual', headers, body });
    return { status: response.status, text: await response.text(), location: response.headers.get('location') ?? '' };
  };
  return {
    page,
    /** Posts these fields and the visitor's token, whatever the form on the page has. */
    async press(
      address: string,
      fields: Record<string, string> | [string, string][] = {},
      headers: Record<string, string> = {},
    ) {
      if (cookie === '') await page('/console');
      const stated = Array.isArray(fields) ? fields : Object.entries(fields);
      return post(address, [['csrf', cookie.split('=')[1] ?? ''], ...stated], headers);
    },
    submit({ action, fields }: Form, more: [string, string][] = [], headers: Record<string, string> = {}) {
      const changed = new Set(more.map(([name]) => name));
      return post(action, [...fields.filter(([name]) => !changed.has(name)), ...more], headers);
    },
  };
}
