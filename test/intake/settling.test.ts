/** What nobody could read: how it is kept, read again, mended, given back to where it came from, and dismissed. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { type QuarantineEntry, quarantine } from '../../functions/incidents/signals/quarantine.ts';
import { dismissEntry, mendEntry, replayEntry } from '../../functions/intake/replay.ts';
import { collections, firestore, fromDocument } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { emptyStore, useOwnCloud } from '../own-cloud.ts';

const faults = useOwnCloud();
beforeEach(async () => {
  faults.clear();
  await emptyStore();
});

const now = new Date('2026-11-24T02:00:00Z');
const later = new Date('2026-11-24T03:00:00Z');
const receivedAt = new Date('2026-11-24T01:00:00Z');
const refOf = (id: string) => firestore().collection(collections.quarantine).doc(id);
const read = async (id: string): Promise<QuarantineEntry> => fromDocument((await refOf(id).get()).data());
type Options = Partial<Parameters<typeof quarantine>[3]>;
const keep = (text: string | Buffer, options: Options = {}, source = 'generic', reason = 'Nobody reads it.') =>
  quarantine(source, { bytes: Buffer.from(text), contentType: 'application/json', receivedAt }, reason, {
    policy,
    now,
    ...options,
  });

describe('what is kept', () => {
  test('is the body as it came, why it was not read, when it came, and until when', async () => {
    const id = await keep('{"a":1}', { errors: [{ path: 'id', message: 'It is required.' }], eventId: 'msg_1' });
    expect(id).toMatch(/^qua_/);
    expect(await read(id)).toEqual({
      id,
      source: 'generic',
      state: 'open',
      reason: 'Nobody reads it.',
      errors: [{ path: 'id', message: 'It is required.' }],
      raw: Buffer.from('{"a":1}'),
      contentType: 'application/json',
      receivedAt,
      quarantinedAt: now,
      eventId: 'msg_1',
      expireAt: new Date('2027-02-22T02:00:00Z'),
    });
  });

  test('of a message of our own says where it goes back to, without what the store keeps to itself', async () => {
    const attributes = { a: '1', __name__: 'x', '': 'y', __b: 'z' };
    const id = await keep('x', { messageId: '7', message: { topic: 'notifications', attributes } }, 'notifications');
    expect(await read(id)).toMatchObject({ topic: 'notifications', attributes: { a: '1', __b: 'z' } });
  });

  test('is one entry for the same bytes of one source, and one more for each message that failed', async () => {
    const ids = [
      await keep('x'),
      await keep('x', { now: later }),
      await keep('y'),
      await keep('x', {}, 'zendesk'),
      await keep('x', { messageId: '1' }),
      await keep('x', { messageId: '2' }),
    ];
    expect(new Set(ids).size).toBe(5);
    expect(ids[1]).toBe(ids[0]);
    // It keeps waiting as before.
    expect((await read(ids[0] ?? '')).quarantinedAt).toEqual(now);
  });

  test.each(['replayed', 'dismissed'])(
    'that was %s is open again as it comes again; a message stays settled',
    async (state) => {
      const settled = { state, settledBy: 'sato', settledAt: now };
      const id = await keep('x');
      await refOf(id).update(settled);
      await keep('x', { now: later });
      const entry = await read(id);
      expect([entry.state, entry.quarantinedAt, entry.settledBy]).toEqual(['open', later, undefined]);
      const message = await keep('x', { messageId: '1' });
      await refOf(message).update(settled);
      await keep('x', { messageId: '1', now: later });
      expect((await read(message)).state).toBe(state);
    },
  );

  test('of what is long is its beginning, with how long it was and its hash', async () => {
    const zips = await read(await keep(Buffer.alloc(1_000_000, 'a')));
    expect([zips.encoding, gunzipSync(zips.raw).length, zips.isCut]).toEqual(['gzip', 1_000_000, undefined]);
    // What cannot be zipped.
    const noise = Buffer.concat(
      Array.from({ length: 31_250 }, (_, index) => createHash('sha256').update(String(index)).digest()),
    );
    const entry = await read(await keep(noise));
    expect(entry).toMatchObject({
      isCut: true,
      length: 1_000_000,
      sha256: createHash('sha256').update(noise).digest('hex'),
    });
    await expect(replayEntry(entry, 'sato', later)).rejects.toMatchObject({ status: 422 });
  });

  test('of what is said at length is its beginning', async () => {
    const errors = Array.from({ length: 51 }, () => ({ path: 'p'.repeat(600), message: 'm'.repeat(1_100) }));
    const entry = await read(await keep('x', { errors }, 'generic', 'r'.repeat(2_100)));
    const bytes = (text: string | undefined): number => Buffer.byteLength(text ?? '');
    expect([
      entry.errors.length,
      bytes(entry.errors[0]?.path),
      bytes(entry.errors[0]?.message),
      bytes(entry.reason),
    ]).toEqual([50, 500, 1_000, 2_000]);
  });

  test('is said where the store refuses it', async () => {
    faults.add({ target: 'firestore.Commit', effect: 'fail', code: 'PERMISSION_DENIED' });
    await expect(keep('x')).rejects.toMatchObject({ code: 7 });
  });
});

describe('read again', () => {
  const whole = JSON.stringify({ id: 'T-1', subject: '会計できない' });

  test('it is filed with its first time of receipt, and says who filed it and as what', async () => {
    const id = await keep(whole, { eventId: 'msg_1' });
    const answer = await replayEntry(await read(id), 'sato', later);
    expect(answer).toMatchObject({ created: true, incident: { title: '会計できない', receivedAt, filedAt: later } });
    const entry = await read(id);
    expect(entry).toMatchObject({ state: 'replayed', settledAt: later, settledBy: 'sato' });
    expect(entry.incidentId).toBe((answer.incident as { id: string }).id);
    expect(entry).not.toHaveProperty('isMended');
    // Once more it is the same.
    expect(await replayEntry(entry, 'ito', later)).toMatchObject({
      created: false,
      incident: { id: entry.incidentId },
    });
  });

  test('what is of no interest by now is settled all the same', async () => {
    const id = await keep(JSON.stringify({ topic: 'ping' }), {}, 'intercom');
    expect(await replayEntry(await read(id), 'sato', later)).toEqual({ created: false, ignored: 'ping' });
    const entry = await read(id);
    expect([entry.state, 'incidentId' in entry]).toEqual(['replayed', false]);
  });

  test.each<[string, Partial<QuarantineEntry>, number]>([
    ['is still not understood', {}, 422],
    ['was dismissed', { state: 'dismissed' }, 409],
    ['is read by nobody and goes back nowhere', { source: 'unknown' }, 422],
  ])('what %s is refused, and stays as it is', async (_, of, status) => {
    const id = await keep('{"id": 1}');
    await refOf(id).set(of, { merge: true });
    const before = await read(id);
    await expect(replayEntry(before, 'sato', later)).rejects.toMatchObject({ status });
    expect(await read(id)).toEqual(before);
  });

  test('a message of our own that went back is not sent a second time', async () => {
    const message = { topic: 'notifications', attributes: {} };
    const id = await keep('x', { messageId: '1', message }, 'notifications');
    await refOf(id).update({ state: 'replayed', settledBy: 'sato' });
    expect(await replayEntry(await read(id), 'ito', later)).toEqual({ created: false, republished: 'notifications' });
    expect((await read(id)).settledBy).toBe('sato');
  });
});

describe('mended', () => {
  test('it is filed as somebody has made it, and keeps what came', async () => {
    const id = await keep('{"id": 1}');
    const answer = await mendEntry(await read(id), '{"id": 1, "subject": "会計できない"}', 'sato', later);
    expect(answer).toMatchObject({ created: true, incident: { title: '会計できない', receivedAt } });
    expect(await read(id)).toMatchObject({ isMended: true, state: 'replayed', raw: Buffer.from('{"id": 1}') });
  });

  test('what was cut is mended all the same', async () => {
    const id = await keep('{"id": 1}');
    await refOf(id).update({ isCut: true });
    expect(await mendEntry(await read(id), '{"id": 1, "subject": "x"}', 'sato', later)).toMatchObject({
      created: true,
    });
  });

  test.each<[string, Partial<QuarantineEntry>, string, number]>([
    ['is settled', { state: 'replayed' }, '{"id": 1, "subject": "x"}', 409],
    ['is a message of our own', { source: 'notifications' }, '{"id": 1, "subject": "x"}', 422],
    ['is still not understood', {}, '{"id": 1}', 422],
  ])('what %s is refused', async (_, of, body, status) => {
    const id = await keep('{"id": 1}');
    await refOf(id).set(of, { merge: true });
    const before = await read(id);
    const mending = async () => mendEntry(before, body, 'sato', later);
    await expect(mending()).rejects.toMatchObject({ status });
    expect(await read(id)).toEqual(before);
  });

  test('what is longer than a body may be is refused, by a byte', async () => {
    const entry = await read(await keep('{"id": 1}'));
    const { maxBodyBytes } = policy.intake;
    const body = (length: number) => `{"id":1,"subject":"x"}${' '.repeat(length - 22)}`;
    const mending = async (length: number) => mendEntry(entry, body(length), 'sato', later);
    await expect(mending(maxBodyBytes + 1)).rejects.toMatchObject({ status: 413 });
    expect(await mending(maxBodyBytes)).toMatchObject({ created: true });
  });
});

describe('dismissed', () => {
  test('it says why, who and when, and the first of them stays', async () => {
    const id = await keep('x');
    await dismissEntry(id, '試験', 'sato', later);
    const entry = await read(id);
    expect(entry).toMatchObject({ state: 'dismissed', dismissedReason: '試験', settledBy: 'sato', settledAt: later });
    await dismissEntry(id, '別', 'ito', now);
    expect(await read(id)).toEqual(entry);
  });

  test('what was replayed is not', async () => {
    const id = await keep('x');
    await refOf(id).update({ state: 'replayed' });
    await expect(dismissEntry(id, '試験', 'sato', later)).rejects.toMatchObject({ status: 409 });
  });
});
