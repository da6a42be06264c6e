/**
 * JSON with a line for each value that fits on it and for each document of a list, for texts that are kept beside a test and read as differences.
 * @param width in characters
 */
export function fittedJson(value: unknown, width = 320, indent = ''): string {
  const whole = JSON.stringify(value) ?? 'null';
  const fits = indent.length + whole.length <= width;
  if (fits || typeof value !== 'object' || value === null || isListOfWords(value)) return whole;
  const inner = `${indent} `;
  const isList = Array.isArray(value);
  const parts = Object.entries(value)
    .filter(([, each]) => isList || each !== undefined)
    .map(([name, each]) =>
      isList ? inner + JSON.stringify(each) : `${inner}${JSON.stringify(name)}: ${fittedJson(each, width, inner)}`,
    );
  const [open, close] = isList ? '[]' : '{}';
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}

const isListOfWords = (value: object): boolean =>
  Array.isArray(value) && value.every((each) => typeof each !== 'object');
