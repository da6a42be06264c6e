/** What hostile and careless senders put where something else belongs, and bodies into which it was put. */
import fc from 'fast-check';

type Path = (string | number)[];

/** A value that JSON.stringify cannot write: it is put into the text literally. */
const literal = (text: string): string => `\u{f0000}${text}\u{f0001}`;

const texts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udc00x',
  'x\ud83d',
  '\u202eevil\u202c',
  'e\u0301\u0323'.repeat(20),
  'Z\u0351\u036f'.repeat(300),
  '\ufeffbom',
  '\u2028line\u2029',
  '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '__proto__',
  'constructor',
  'prototype',
  '__name__',
  'toString',
  '.',
  '..',
  '../../etc/passwd',
  'a/b',
  '/',
  '%2e%2e%2f',
  'inc_000000000000000000000000',
  '{{ticket.id}}',
  '${jndi:ldap://x}',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '| a | b |\n| - | - |',
  '=HYPERLINK("http://x")',
  '\r\nSet-Cookie: x=1',
  '{"severity":"CRITICAL"}\n{"message":"forged"}',
  'javascript:alert(1)',
  'http://169.254.169.254/computeMetadata/v1/',
  'https://user:pass@host:99999/',
  'http://[::1]:8080/',
  'null',
  'NaN',
  'Infinity',
  '-0',
  '1e400',
  '9'.repeat(400),
  'yes',
  'no',
  'trouble',
  'question',
  'outside',
  '0000-00-00',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+18:00',
  '1969-12-31T23:59:59Z',
  '2000-01-01T00:00:00+18:00',
  '2199-12-31T23:59:59-18:00',
  '2026-02-29',
  '2026-11-24T24:00:00Z',
  '2026-11-24T23:59:60Z',
  '9999-12-31T23:59:59.999999999Z',
  '9999-12-31T23:59:59-14:00',
  '+275760-09-13T00:00:00.000Z',
  '-271821-04-20T00:00:00Z',
  '2026-W47',
  'あ'.repeat(3_000),
  'x'.repeat(40_000),
  '<b>'.repeat(2_000),
  ' '.repeat(10_000),
];

const numbers: unknown[] = [
  0,
  -1,
  1,
  0.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  1e21,
  1.7976931348623157e308,
  5e-324,
  literal('-0'),
  literal('1e400'),
  literal('-1e400'),
  literal('123456789012345678901234567890'),
  946_684_799,
  1_795_481_910,
  7_258_118_400,
  1_795_481_910_123,
  8_640_000_000_000_001,
];

const deep = (depth: number, open: string, close: string, inside: string): string =>
  literal(`${open.repeat(depth)}${inside}${close.repeat(depth)}`);

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...texts),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);

/** Text as a form or a header of the web can carry it: any of the above that is well-formed. */
export const wellFormedText: fc.Arbitrary<string> = hostileText.map((text) => text.toWellFormed());

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  { weight: 2, arbitrary: fc.constantFrom(...numbers) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [null], [[]], { id: {} }, { id: null }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      deep(3_000, '[', ']', ''),
      deep(3_000, '{"a":', '}', '1'),
      literal('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}'),
      literal('{"toString":"x","valueOf":1,"hasOwnProperty":null,"toJSON":"y","then":"z"}'),
      Array.from({ length: 600 }, (_, index) => ({ id: `c-${index}`, name: 'x'.repeat(50) })),
      Array.from({ length: 2_000 }, () => 'tag'),
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

type Change =
  | { do: 'replace'; at: number; value: unknown }
  | { do: 'remove'; at: number }
  | { do: 'rename'; at: number; to: string }
  | { do: 'wrap'; at: number; in: 'list' | 'object' }
  | { do: 'add'; at: number; key: string; value: unknown }
  | { do: 'repeat'; key: number; value: unknown };

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('replace' as const), at: fc.nat(), value: hostileValue }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), at: fc.nat(), to: hostileText }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('wrap' as const),
      at: fc.nat(),
      in: fc.constantFrom('list' as const, 'object' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('add' as const), at: fc.nat(), key: hostileText, value: hostileValue }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), key: fc.nat(), value: hostileValue }) },
);

/** A way to change a body, whatever it is: from not at all to beyond recognition. */
export const mutation: fc.Arbitrary<(body: unknown) => string> = fc.array(change, { maxLength: 5 }).map((changes) => {
  const mutate = (body: unknown): string => {
    const repeated: { key: number; value: unknown }[] = [];
    let changed = body;
    for (const each of changes) {
      if (each.do === 'repeat') repeated.push(each);
      else changed = apply(changed, each);
    }
    return repeated.reduce((text, each) => repeatKey(text, changed, each), written(changed));
  };
  return Object.assign(mutate, { [fc.toStringMethod]: () => JSON.stringify(changes).slice(0, 2_000) });
});

/** The same for bytes: cut, changed, in another encoding, or with something before or after. */
export const damage: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  { weight: 8, arbitrary: fc.constant((bytes: Buffer) => bytes) },
  { weight: 1, arbitrary: fc.nat(1_000).map((at) => (bytes: Buffer) => bytes.subarray(0, at % (bytes.length + 1))) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => (bytes: Buffer) => {
      const changed = Buffer.from(bytes);
      if (changed.length > 0) changed[at % changed.length] = byte;
      return changed;
    }),
  },
  { weight: 1, arbitrary: fc.constant((bytes: Buffer) => Buffer.from(bytes.toString('utf8'), 'utf16le')) },
  { weight: 1, arbitrary: fc.constant((bytes: Buffer) => Buffer.from(bytes.toString('utf8'), 'latin1')) },
  { weight: 1, arbitrary: fc.constant((bytes: Buffer) => Buffer.concat([Buffer.from('\ufeff'), bytes])) },
  { weight: 1, arbitrary: fc.constant((bytes: Buffer) => Buffer.concat([bytes, Buffer.from('\0')])) },
  { weight: 1, arbitrary: fc.constant(() => Buffer.alloc(0)) },
);

/** The paths of everything in a value, its own first. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || path.length > 12) return [path];
  return [path, ...Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]))];
}

function apply(body: unknown, each: Exclude<Change, { do: 'repeat' }>): unknown {
  const paths = pathsOf(body);
  const path = paths[each.at % paths.length] ?? [];
  switch (each.do) {
    case 'replace':
      return rewritten(body, path, () => each.value);
    case 'remove':
      return rewritten(body, path, () => undefined);
    case 'wrap':
      return rewritten(body, path, (value) => (each.in === 'list' ? [value] : { value }));
    case 'add':
      return rewritten(body, path, (value) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? withKey(value, each.key, each.value)
          : value,
      );
    case 'rename': {
      const key = path.at(-1);
      if (key === undefined) return body;
      return rewritten(body, path.slice(0, -1), (value) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
        const { [key]: taken, ...rest } = value as Record<string, unknown>;
        return withKey(rest, each.to, taken);
      });
    }
  }
}

/** An own key, whatever its name. */
function withKey(value: object, key: string, of: unknown): object {
  const copy = { ...value };
  Object.defineProperty(copy, key, { value: of, enumerable: true, configurable: true, writable: true });
  return copy;
}

function rewritten(value: unknown, path: Path, by: (value: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by(value);
  if (Array.isArray(value))
    return value.map((each, index) => (index === Number(key) ? rewritten(each, rest, by) : each));
  return withKey(value as object, String(key), rewritten((value as Record<string, unknown>)[key], rest, by));
}

function written(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.replace(/"\u{f0000}((?:[^"\\]|\\.)*?)\u{f0001}"/gu, (_, raw: string) => String(JSON.parse(`"${raw}"`)));
}

/** The same key twice in one object, which JSON allows and nobody agrees on. */
function repeatKey(text: string, body: unknown, { key, value }: { key: number; value: unknown }): string {
  const keys = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  if (!text.startsWith('{') || text === '{}' || keys.length === 0) return text;
  return `{${JSON.stringify(keys[key % keys.length])}:${written(value)},${text.slice(1)}`;
}
