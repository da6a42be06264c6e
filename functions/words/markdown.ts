/** What people wrote, in Markdown of ours. Pure. */

/** Escapes text from outside, so that Markdown makes nothing of it, but no more: it reads well unrendered. */
export const escapeText = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|~$]/g, '\\$&')
    .replace(/&(?=#|\w+;)/g, '\\&')
    .replace(/(^|[^\w/.@])@(?=\w)/g, '$1@\u2060');

/** What begins a heading, a list or a rule at the beginning of a line. */
export const escapeStart = (text: string) => text.replace(/^(#|\+|-|=)/, '\\$1').replace(/^(\d+)([.)])/, '$1\\$2');
