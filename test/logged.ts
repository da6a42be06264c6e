/** What this process logs, line by line, while something is done. */
import { vi } from 'vitest';

export async function logged(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const chunks: string[] = [];
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => chunks.push(String(chunk)) > 0);
  try {
    await work();
  } finally {
    written.mockRestore();
  }
  const lines = chunks.flatMap((each) => each.split('\n')).filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line));
}
