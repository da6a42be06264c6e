/**
 * JSON with a line for each value that fits on it, for texts that are kept beside a test and read as differences.
 * @param width in characters
 */
export function fittedJson(value: unknown, width = 160, indent = ''): string {
  const whole = JSON.stringify(value) ?? 'null';
  if (indent.length + whole.length <= width || typeof value !== 'object' || value === null) return whole;
  const inner = `${indent} `;
  const isList = Array.isArray(value);
  const parts = Object.entries(value)
    .filter(([, each]) => isList || each !== undefined)
    .map(([name, each]) => `${inner}${isList ? '' : `${JSON.stringify(name)}: `}${fittedJson(each, width, inner)}`);
  const [open, close] = isList ? '[]' : '{}';
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}
