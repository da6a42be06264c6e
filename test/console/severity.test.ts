/** One scale of severity, in pages and in charts, that needs no eye for hues. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { severityColours } from '../../functions/platform/draw.ts';

const sheet = (name: string): string =>
  readFileSync(new URL(`../../functions/console/assets/${name}.css`, import.meta.url), 'utf8');
const style = sheet('tokens') + sheet('console');
const levels = ['stopped', 'degraded', 'inconvenient'] as const;

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const contrast = (one: string, other: string): number => {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};
const variable = (name: string): string => new RegExp(`--${name}: (#[\\da-f]{6})`).exec(style)?.[1] ?? '';

test.each(levels)('the pages and the charts have the same colour for %s', (level) => {
  expect(variable(level)).toBe(severityColours[level]);
});

test('the worse is the darker, far enough to be told apart in grey', () => {
  for (const [index, level] of levels.slice(1).entries()) {
    const worse = severityColours[levels[index] ?? 'stopped'];
    expect(luminance(worse)).toBeLessThan(luminance(severityColours[level]));
    expect(contrast(worse, severityColours[level])).toBeGreaterThan(1.7);
  }
});

test('what is written on it is read, and each step has a mark that is no colour', () => {
  expect(contrast(severityColours.stopped, variable('on-stopped'))).toBeGreaterThan(7);
  for (const level of ['degraded', 'inconvenient'] as const) {
    expect(contrast(severityColours[level], variable('on-light'))).toBeGreaterThan(7);
  }
  const marks = [...style.matchAll(/\.severity(?:\.\w+)?::before {\s+content: "(\S+) "/g)].map(([, mark]) => mark);
  expect(new Set(marks).size).toBe(marks.length);
  expect(marks.length).toBe(6);
});
