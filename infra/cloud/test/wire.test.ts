/** How values travel, how masks change what is kept, how lists are cut into pages, and which call meets which fault. */
import { describe, expect, test } from 'vitest';
import { type Fault, Faults } from '../src/faults.ts';
import { inTransaction, openStorage } from '../src/storage.ts';
import { applyMask, fromMillis, fromText, page, toMillis, toText } from '../src/wire.ts';

test.each([
  [0, { seconds: '0', nanos: 0 }],
  [1, { seconds: '0', nanos: 1_000_000 }],
  [999, { seconds: '0', nanos: 999_000_000 }],
  [61_005, { seconds: '61', nanos: 5_000_000 }],
  [-1, { seconds: '-1', nanos: 999_000_000 }],
  [1_764_000_000_123, { seconds: '1764000000', nanos: 123_000_000 }],
])('%i milliseconds are %j, and back', (millis, value) => {
  expect([fromMillis(millis), toMillis(value)]).toEqual([value, millis]);
});

test('what is absent of a time is zero, and less than half a millisecond is none', () => {
  expect([{}, { seconds: 2 }, { nanos: 499_999 }, { nanos: 500_000 }].map(toMillis)).toEqual([0, 2_000, 0, 1]);
});

test('a message comes back from its text with its bytes', () => {
  const message = { a: Buffer.from([0, 255]), b: [{ c: Buffer.from('x') }], type: 'Buffer', data: 'text' };
  expect(fromText(toText(message))).toEqual(message);
});

test('of work that fails midway nothing is kept, the failure is told as it was, and the next work is kept', () => {
  const db = openStorage(undefined);
  db.exec('CREATE TABLE kept (n INTEGER PRIMARY KEY)');
  const add = (...numbers: number[]) =>
    inTransaction(db, () => numbers.map((n) => db.prepare('INSERT INTO kept VALUES (?)').run(n).changes));
  expect(add(1, 2)).toEqual([1, 1]);
  expect(() => add(3, 4, 1)).toThrow('UNIQUE constraint failed');
  const fault = new Error('of the work itself');
  const failing = () =>
    inTransaction(db, () => {
      db.exec('INSERT INTO kept VALUES (5)');
      throw fault;
    });
  expect(failing).toThrow(fault);
  add(6);
  expect(
    db
      .prepare('SELECT n FROM kept ORDER BY n')
      .all()
      .map(({ n }) => n),
  ).toEqual([1, 2, 6]);
  db.close();
});

describe('a mask', () => {
  const current = { name: 'n', schedule: '1', retryConfig: { retryCount: 1, maxDoublings: 2 }, labels: { a: 'b' } };
  const fields = ['name', 'schedule', 'time_zone', 'retry_config', 'http_target', 'labels'];
  test.each<[string[], object, object]>([
    [[], { schedule: '2' }, current],
    [['schedule'], { schedule: '2', labels: { x: 'y' } }, { ...current, schedule: '2' }],
    [
      ['retry_config.retry_count'],
      { retryConfig: { retryCount: 5, maxDoublings: 9 } },
      { ...current, retryConfig: { retryCount: 5, maxDoublings: 2 } },
    ],
    [['retry_config'], { retryConfig: { retryCount: 5 } }, { ...current, retryConfig: { retryCount: 5 } }],
    [
      ['time_zone', 'schedule'],
      { timeZone: 'UTC' },
      { name: 'n', timeZone: 'UTC', retryConfig: current.retryConfig, labels: current.labels },
    ],
    [['http_target.uri'], { httpTarget: { uri: 'u', body: 'b' } }, { ...current, httpTarget: { uri: 'u' } }],
    [['labels.a'], {}, { ...current, labels: {} }],
  ])('of %j puts what it names of the change over what is there', (paths, change, expected) => {
    const before = structuredClone(current);
    expect(applyMask(current, change, paths, fields)).toEqual(expected);
    expect(current).toEqual(before);
  });

  test.each([
    'retryConfig',
    'nothing',
    '',
    '*',
    '.schedule',
    'retry_config.',
    'retry_config..retry_count',
    '__proto__',
  ])('of %j is refused: it names no field', (path) => {
    const masked = () => applyMask(current, { schedule: '2' }, ['schedule', path], fields);
    expect(masked).toThrow(`Invalid update_mask: ${path} is not a known field.`);
  });
});

describe('a page', () => {
  const items = ['a', 'b', 'c', 'd', 'e'];
  /** Every page until the last. */
  const pages = (pageSize: number | undefined, longest?: number): string[][] => {
    const all: string[][] = [];
    for (let pageToken = ''; ; ) {
      const cut = page(items, (each) => each, { ...(pageSize === undefined ? {} : { pageSize }), pageToken }, longest);
      all.push(cut.items);
      if (!cut.nextPageToken || all.length > 9) return all;
      pageToken = cut.nextPageToken;
    }
  };
  test.each<[number | undefined, number | undefined, string[][]]>([
    [undefined, undefined, [items]],
    [0, undefined, [items]],
    [2, undefined, [['a', 'b'], ['c', 'd'], ['e']]],
    [4, undefined, [['a', 'b', 'c', 'd'], ['e']]],
    [5, undefined, [items]],
    [9, undefined, [items]],
    [
      9,
      3,
      [
        ['a', 'b', 'c'],
        ['d', 'e'],
      ],
    ],
    [
      undefined,
      3,
      [
        ['a', 'b', 'c'],
        ['d', 'e'],
      ],
    ],
    [2, 3, [['a', 'b'], ['c', 'd'], ['e']]],
  ])('of %s, at most %s', (pageSize, longest, expected) => {
    expect(pages(pageSize, longest)).toEqual(expected);
  });

  test('of nothing is the last', () => {
    expect(page([], String, {})).toEqual({ items: [], nextPageToken: '' });
  });

  test('is a thousand where nothing else is said', () => {
    const many = Array.from({ length: 1_001 }, (_, index) => String(index));
    expect(page(many, String, {}).items).toHaveLength(1_000);
    expect(page(many, String, { pageSize: 2_000 }).items).toHaveLength(1_000);
  });
});

describe('a fault', () => {
  const met = (fault: Partial<Fault>, ...calls: [target: string, subject?: string][]): boolean[] => {
    const faults = new Faults();
    faults.add({ target: 'pubsub.push', effect: 'fail', ...fault });
    return calls.map(([target, subject]) => faults.take(target, subject) !== undefined);
  };
  const push: [string] = ['pubsub.push'];

  test.each<[string, Partial<Fault>, [target: string, subject?: string][], boolean[]]>([
    ['the next call, once', {}, [push, push], [true, false]],
    ['as many as it says', { times: 2 }, [push, push, push], [true, true, false]],
    ['after as many as it lets pass', { skip: 2 }, [push, push, push, push], [false, false, true, false]],
    ['no other call', {}, [['pubsub.Publish'], ['pubsub.pushed'], push], [false, false, true]],
    ['one of a service', { target: 'firestore.*' }, [push, ['firestore.Commit']], [false, true]],
    ['none of a service whose name begins alike', { target: 'fire.*' }, [['firestore.Commit']], [false]],
    ['one below it', { target: 'tools.*' }, [['tools.zendesk.updateTicket']], [true]],
    ['the one that it names', { match: 'a' }, [['pubsub.push', 'b'], push, ['pubsub.push', 'a']], [false, false, true]],
    [
      'others do not count as passing',
      { match: 'a', skip: 1 },
      [
        ['pubsub.push', 'b'],
        ['pubsub.push', 'a'],
        ['pubsub.push', 'a'],
      ],
      [false, false, true],
    ],
  ])('meets %s', (_, fault, calls, expected) => {
    expect(met(fault, ...calls)).toEqual(expected);
  });

  test('is met in the order of the list, one a call, and is on it until it is used up', () => {
    const faults = new Faults();
    faults.add({ target: 'a.*', effect: 'fail', times: 2 });
    faults.add({ target: 'a.b', effect: 'hang', skip: 1 });
    expect(faults.list()).toEqual([
      { target: 'a.*', effect: 'fail', times: 2, skip: 0 },
      { target: 'a.b', effect: 'hang', times: 1, skip: 1 },
    ]);
    expect([1, 2, 3, 4, 5].map(() => faults.take('a.b')?.effect)).toEqual([
      'fail',
      'fail',
      undefined,
      'hang',
      undefined,
    ]);
    expect(faults.list()).toEqual([]);
    faults.add({ target: 'a.b', effect: 'fail' });
    faults.clear();
    expect(faults.take('a.b')).toBeUndefined();
  });
});
