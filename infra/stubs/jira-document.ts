/** Atlassian's document format, as far as comments use it: what is wrong with a document, and how it reads. */
import { isRecord, textOf } from './values.ts';

const blocks = new Set([
  'paragraph',
  'heading',
  'bulletList',
  'orderedList',
  'listItem',
  'codeBlock',
  'blockquote',
  'rule',
]);
const inline = new Set(['text', 'hardBreak', 'mention', 'emoji', 'inlineCard']);

/** @returns what Jira would refuse it for, or undefined */
export function documentProblem(value: unknown): string | undefined {
  if (!isRecord(value) || value.type !== 'doc' || value.version !== 1) return 'Comment body is not valid!';
  return Array.isArray(value.content) ? nodesProblem(value.content) : 'Comment body is not valid!';
}

function nodesProblem(nodes: readonly unknown[]): string | undefined {
  for (const node of nodes) {
    if (!isRecord(node)) return 'A node is no object.';
    const type = String(node.type);
    if (!blocks.has(type) && !inline.has(type)) return `There is no node of type ${type}.`;
    if (type === 'text' && (typeof node.text !== 'string' || node.text === '')) return 'A text node has to have text.';
    const problem = Array.isArray(node.content) ? nodesProblem(node.content) : undefined;
    if (problem) return problem;
  }
  return undefined;
}

/** A blank line between blocks, a line where the document breaks it. */
export function documentText(value: unknown): string {
  if (!isRecord(value) || !Array.isArray(value.content)) return '';
  return value.content.map(inlineText).join('\n\n').trim();
}

function inlineText(node: unknown): string {
  if (!isRecord(node)) return '';
  if (node.type === 'hardBreak') return '\n';
  if (typeof node.text === 'string') return node.text;
  const separator = node.type === 'bulletList' || node.type === 'orderedList' ? '\n' : '';
  return Array.isArray(node.content) ? node.content.map(inlineText).join(separator) : (textOf(node.text) ?? '');
}
