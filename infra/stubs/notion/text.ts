/** Rich text: what Notion takes of it, and how it tells it. */
import { isRecord } from '../values.ts';
import { invalid } from './errors.ts';
import type { RichText } from './objects.ts';

export const mostElements = 100;
const longestContent = 2_000;
const longestUrl = 2_000;

/** @param path within the body, for what is said of an error */
export function readText(value: unknown, path: string): RichText[] {
  if (!Array.isArray(value)) throw invalid(`${path} should be an array, instead was ${said(value)}.`);
  atMost(value, path);
  return value.map((each: unknown, index) => {
    const at = `${path}[${index}]`;
    if (!isRecord(each)) throw invalid(`${at} should be an object, instead was ${said(each)}.`);
    const { type = 'text' } = each;
    if (type !== 'text') throw invalid(`${at}.type should be \`"text"\`, instead was ${said(type)}.`);
    if (!isRecord(each.text)) throw invalid(`${at}.text should be defined, instead was ${said(each.text)}.`);
    const { content, link } = each.text;
    if (typeof content !== 'string') {
      throw invalid(`${at}.text.content should be a string, instead was ${said(content)}.`);
    }
    // Characters as JavaScript counts them, as Notion does.
    if (content.length > longestContent) {
      throw invalid(`${at}.text.content.length should be ≤ \`${longestContent}\`, instead was \`${content.length}\`.`);
    }
    return { content, link: link === undefined || link === null ? null : readLink(link, `${at}.text.link`) };
  });
}

function readLink(value: unknown, path: string): string {
  if (!isRecord(value)) throw invalid(`${path} should be an object or \`null\`, instead was ${said(value)}.`);
  return readUrl(value.url, `${path}.url`);
}

export function readUrl(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') {
    throw invalid(`${path} should be a populated string or \`null\`, instead was ${said(value)}.`);
  }
  if (value.length > longestUrl) {
    throw invalid(`${path}.length should be ≤ \`${longestUrl}\`, instead was \`${value.length}\`.`);
  }
  return value;
}

export function atMost(list: readonly unknown[], path: string, most = mostElements): void {
  if (list.length > most) {
    throw invalid(`${path}.length should be ≤ \`${most}\`, instead was \`${list.length}\`.`);
  }
}

export const said = (value: unknown): string => `\`${JSON.stringify(value)}\``;

export const plainText = (text: readonly RichText[]): string => text.map((each) => each.content).join('');

export const showText = (text: readonly RichText[]) =>
  text.map(({ content, link }) => ({
    type: 'text',
    text: { content, link: link === null ? null : { url: link } },
    annotations: {
      bold: false,
      italic: false,
      strikethrough: false,
      underline: false,
      code: false,
      color: 'default',
    },
    plain_text: content,
    href: link,
  }));
