import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deciding } from './deciding.ts';

describe('files whose mutants are judged', () => {
  test.each(deciding)('$file is there, and so are its tests', ({ file, tests }) => {
    const gone = [file, ...tests].filter((each) => !existsSync(each));
    expect(gone, `gone: mend its row in test/mutants/deciding.ts, then: npm run test:mutants -- ${file}`).toEqual([]);
  });

  test('each is there once', () => {
    expect(new Set(deciding.map((each) => each.file)).size).toBe(deciding.length);
  });
});
