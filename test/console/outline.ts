/** A page as somebody reads it, a line for each of its parts: its words, where links lead, what fields hold, what is marked. */

import { filled } from '../filled.ts';

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const decode = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '');

const attributes = (tag: string): Record<string, string> =>
  Object.fromEntries(
    [...tag.matchAll(/\s([a-z-]+)(?:="([^"]*)")?/g)].map(([, name = '', value = '']) => [name, decode(value)]),
  );

/** Highlighted for readers. */
const marks =
  /\b(bad|warn|good|warning|alarm|overdue|is-overdue|soon|missing|is-done|held|is-retracted|taken-back|primary)\b/;
/** Names of the tap, of the form and of its one sending: other ones each time. */
const ofTheTap = /^(csrf|key|actionKey)$/;

function said(tag: string): string {
  const [, slash, name = ''] = /^<(\/?)([a-z0-9]+)/.exec(tag) ?? [];
  const has = attributes(tag);
  if (slash)
    return /^(a|span|strong|small|time|code|em|q|option|button|label|legend|input|abbr|summary|dt)$/.test(name)
      ? ' '
      : '\n';
  const mark = marks.exec(has.class ?? '')?.[0];
  const marked = mark ? `{${mark}} ` : '';
  switch (name) {
    case 'a':
      return `${marked}${'aria-current' in has ? '● ' : ''}→${has.href} `;
    case 'form':
      return `\n▷ ${has.method ?? 'get'} ${has.action} `;
    case 'input':
      return ofTheTap.test(has.name ?? '')
        ? ''
        : ` [${has.type ?? 'text'} ${has.name}=${has.value ?? ''}${'checked' in has ? ' ✓' : ''}${'required' in has ? ' !' : ''}] `;
    case 'textarea':
    case 'select':
      return ` [${name} ${has.name}${'required' in has ? ' !' : ''}] `;
    case 'option':
      return ` (${has.value}${'selected' in has ? ' ✓' : ''}) `;
    case 'details':
      return `\n${'open' in has ? '▾' : '▸'} `;
    case 'time':
      return `${marked}${'data-due' in has ? `<${has.datetime}> ` : ''}`;
    case 'h1':
    case 'h2':
    case 'h3':
    case 'h4':
      return `\n${'#'.repeat(Number(name[1]))} `;
    case 'ol':
      return `\n${has.start ? `from ${has.start}` : ''}\n`;
    case 'li':
      return `\n- ${marked}`;
    case 'dt':
      return '\n';
    case 'dd':
      return ': ';
    case 'br':
      return ' / ';
    case 'svg':
      return '<svg';
    case 'span':
    case 'strong':
    case 'small':
    case 'code':
    case 'q':
    case 'label':
    case 'summary':
    case 'abbr':
    case 'em':
      return ` ${marked}`;
    default:
      return `\n${marked}${'hidden' in has ? '(hidden) ' : ''}`;
  }
}

export function outline(html: string): string {
  const main = /<main[^>]*>(.*)<\/main>/s.exec(html)?.[1] ?? html;
  return decode(
    main
      .replace(/<svg class="icon".*?<\/svg>/gs, '')
      .replace(/<svg.*?<\/svg>/gs, '\n(a chart)\n')
      .replace(/<style.*?<\/style>/gs, '')
      .replace(/<[^>]+>/g, said),
  )
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '' && line !== ':' && line !== '-')
    .join('\n')
    .replace(/pol_[\da-f]{12}/g, 'pol_1')
    .replace(/127\.0\.0\.1:\d+/g, 'house');
}

/** A heading, an item, what can be unfolded, a form. */
const opening = /^(?:… [^:]*: )?(?:#|=|- |[▸▾▷])/u;

/**
 * An outline as it is kept in a file: a line for each block of the page, and more where it is wider than a diff shows well.
 * What can be unfolded has its form on its own line.
 */
export const inBlocks = (outlined: string): string =>
  filled(
    outlined.split('\n'),
    ' ⏎ ',
    240,
    (part, line) => opening.test(part) && !(/^(?:[▸▾]|- \{is-done\}$)/u.test(line) && /^[▷▸▾]/u.test(part)),
  ).join('\n');
