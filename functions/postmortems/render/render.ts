/** A bundle for people, in the form and language that they asked for. */
import { readConfig } from '../../platform/config.ts';
import type { Policy } from '../../policy.ts';
import type { Language } from '../../words/text.ts';
import type { BundleSlice } from '../store.ts';
import { composePage } from './compose.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { speak } from './words.ts';

export interface Rendered {
  body: string;
  headers: Record<string, string>;
}

export async function render(
  slice: BundleSlice,
  form: 'md' | 'html',
  language: Language,
  policy: Policy,
): Promise<Rendered> {
  const console = readConfig().CONSOLE_URL;
  const incidentUrl = (id: string): string | undefined => (console ? `${console}/incidents/${id}` : undefined);
  const page = composePage(slice, { language, policy, incidentUrl });
  const headers = { 'content-language': language, vary: 'accept-language' };
  if (form === 'md') {
    return { body: renderMarkdown(page), headers: { ...headers, 'content-type': 'text/markdown; charset=utf-8' } };
  }
  const { drawChart } = await import('./charts.ts');
  const speech = speak({ language, policy });
  const body = await renderHtml(page, (chart) => drawChart(chart, slice.head, speech), speech.word('bundle.contents'));
  return {
    body,
    headers: {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    },
  };
}
