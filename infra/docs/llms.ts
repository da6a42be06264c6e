/** `docs/llms.txt`: every page with its first sentence, in the form of https://llmstxt.org. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the text of every page by its path from `docs/`, those of the repository's top included */
export function readPages(top: string): Map<string, string> {
  const [atTop, below] = [globSync('*.md', { cwd: top }), globSync('**/*.md', { cwd: join(top, 'docs') })];
  const paths = [...atTop.map((path) => `../${path}`), ...below].toSorted();
  return new Map(paths.map((path) => [path, readFileSync(join(top, 'docs', path), 'utf8')]));
}

/** @param pages by their paths from `docs/` */
export function llmsText(pages: ReadonlyMap<string, string>): string {
  const lines = [...pages]
    .filter(([path]) => path !== 'README.md')
    .map(([path, text]) => `- [${titleOf(text)}](${path}): ${firstSentence(text)}`);
  const rooms = Map.groupBy(lines, (line) => /\]\(([\w-]+)\//.exec(line)?.[1] ?? 'start');
  const sections = [...rooms].map(([room, each]) => `## ${room}\n\n${each.join('\n')}`);
  return `# Metronome\n\n> Keeps every affected customer of an incident updated, on schedule, until they can work again.\n\n${sections.join('\n\n')}\n`;
}

const titleOf = (text: string): string => /^# (.*)$/m.exec(text)?.[1] ?? '';

/**
 * The first sentence of the first paragraph that is no heading, table, list or link to another language; links are replaced by
 * their words.
 */
function firstSentence(text: string): string {
  const paragraphs = text.split('\n\n').map((each) => each.replaceAll('\n', ' ').trim());
  const first = paragraphs.find((each) => /^(?!```|†)[^#|<[\-\d!]/.test(each)) ?? '';
  const sentence = /^.*?(?:[.:](?= |$)|。|$)/.exec(first)?.[0].replace(/:$/, '.') ?? first;
  return sentence.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('**', '');
}
