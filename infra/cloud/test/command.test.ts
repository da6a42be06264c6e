/** What the command is asked: one port for everything, and a sentence for what it cannot be. */
import { expect, test } from 'vitest';
import { isIamFile, isIndexFile, readCommand } from '../src/command.ts';
import { Iam } from '../src/iam/iam.ts';

test.each([
  [[], {}, 8081],
  [[], { PORT: '' }, 8081],
  [[], { PORT: '9000' }, 9000],
  [['--port', '0'], { PORT: '9000' }, 0],
  [['--port=65535'], {}, 65_535],
])('%j with %j listens on %i', (args, environment, port) => {
  expect(readCommand(args, environment).port).toBe(port);
});

test.each([
  [['--port', '65536'], {}, '--port has to be a whole number from 0 to 65535, and is “65536”.'],
  [['--port', ''], {}, '--port has to be a whole number from 0 to 65535, and is “”.'],
  [[], { PORT: '80a' }, 'PORT has to be a whole number from 0 to 65535, and is “80a”.'],
  [['--fresh'], {}, '--fresh deletes what --data DIRECTORY keeps: name it.'],
  [[], { LOCAL_DURABILITY: 'some' }, 'LOCAL_DURABILITY has to be normal or full, and is “some”.'],
  [['--colour'], {}, /Unknown option '--colour'/],
])('%j with %j is refused', (args, environment, message) => {
  expect(() => readCommand(args, environment)).toThrow(message);
});

test('keeps data, and reads files, only where it is told so', () => {
  expect(readCommand([], {})).toMatchObject({ data: undefined, fresh: false, indexes: undefined, iam: undefined });
  const args = ['--data', 'd', '--fresh', '--indexes', 'i.json', '--iam', 'r.json'];
  expect(readCommand(args, {})).toMatchObject({ data: 'd', fresh: true, indexes: 'i.json', iam: 'r.json' });
});

test.each([
  [{}, true],
  [{ indexes: [{ collectionGroup: 'rooms', fields: [{ fieldPath: 'size', order: 'ASCENDING' }] }] }, true],
  [{ indexes: {} }, false],
  [{ indexes: [{ collectionGroup: 'rooms' }] }, false],
  [{ fieldOverrides: [{ fieldPath: 'size' }] }, false],
  [[], false],
  [null, false],
])('%j is an index file: %j', (value, is) => {
  expect(isIndexFile(value)).toBe(is);
});

const roles = { 'roles/reader': ['datastore.entities.get'] };
test.each([
  [{ roles, grants: {} }, true],
  [{ roles, grants: { reader: [{ role: 'roles/reader', on: { topic: 'news' } }] } }, true],
  [{ roles }, false],
  [{ roles: { 'roles/reader': 'datastore.entities.get' }, grants: {} }, false],
  [{ roles, grants: { reader: [{ role: 'roles/reader' }] } }, false],
  [{ roles, grants: { reader: [{ on: 'project' }] } }, false],
])('%j says what accounts may do: %j', (value, is) => {
  expect(isIamFile(value)).toBe(is);
});

test('a role that is granted has to be defined', () => {
  const grants = { reader: [{ role: 'roles/writer', on: 'project' as const }] };
  expect(() => new Iam({ roles, grants })).toThrow('roles/writer is granted, and its permissions are not defined');
});
