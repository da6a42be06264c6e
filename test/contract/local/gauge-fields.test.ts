/** After which commits the gauges are recounted: whatever they count by, and nothing else that is recorded. */
import { expect, test } from 'vitest';
import { parseDocumentName } from '../../../infra/cloud/src/firestore/paths.ts';
import { type Fields, integer, map, toTimestamp, type Value } from '../../../infra/cloud/src/firestore/values.ts';
import { GaugeFields } from '../../../infra/local/gauge-fields.ts';

const text = (stringValue: string): Value => ({ valueType: 'stringValue', stringValue });
const at = (minute: number): Value => ({ valueType: 'timestampValue', timestampValue: toTimestamp(minute * 60e6) });
const yes: Value = { valueType: 'booleanValue', booleanValue: true };

function note(
  gauges: GaugeFields,
  path: string,
  before: Fields | undefined,
  after: Fields | undefined,
  isMeasuring = false,
) {
  const name = parseDocumentName(`projects/p/databases/(default)/documents/${path}`);
  const stored = (fields: Fields | undefined) => fields && { name, fields, packed: '', createTime: 0, updateTime: 0 };
  gauges.note({ name, before: stored(before), after: stored(after) }, isMeasuring);
}

const incident = {
  kind: text('incident'),
  status: text('open'),
  urgency: map({ level: text('high'), rule: text('r') }),
};
const contact = { nextUpdateDueAt: at(1) };
const unread = { state: text('open'), quarantinedAt: at(1) };
const waiting = { state: text('waiting'), updatedAt: at(1) };
const failed = { ...waiting, state: text('failed') };
const delivered = { ...waiting, state: text('delivered') };

test.each<[what: string, path: string, before: Fields | undefined, after: Fields | undefined, isSame: boolean]>([
  ['an incident that is filed', 'incidents/1', undefined, incident, false],
  ['one that is taken away', 'incidents/1', incident, undefined, false],
  ['its kind', 'incidents/1', incident, { ...incident, kind: text('question') }, false],
  ['its status', 'incidents/1', incident, { ...incident, status: text('recovered') }, false],
  ['that it is a drill', 'incidents/1', incident, { ...incident, isDrill: yes }, false],
  ['that it is about Metronome', 'incidents/1', incident, { ...incident, isAboutMetronome: yes }, false],
  ['its urgency', 'incidents/1', incident, { ...incident, urgency: map({ level: text('low') }) }, false],
  ['only why it is urgent', 'incidents/1', incident, { ...incident, urgency: map({ level: text('high') }) }, true],
  ['an update of it that failed', 'incidents/1', incident, { ...incident, failedUpdates: integer(1) }, false],
  ['its title', 'incidents/1', incident, { ...incident, title: text('x') }, true],
  ['what is on its timeline', 'incidents/1/timeline/1', undefined, { kind: text('x'), status: text('x') }, true],
  ['who waits', 'incidents/1/contacts/1', undefined, contact, false],
  ['until when they wait', 'incidents/1/contacts/1', contact, { nextUpdateDueAt: at(2) }, false],
  ['that they wait no more', 'incidents/1/contacts/1', contact, {}, false],
  ['that they wait in a drill', 'incidents/1/contacts/1', contact, { ...contact, isDrill: yes }, false],
  ['what they were told', 'incidents/1/contacts/1', contact, { ...contact, lastMessage: text('x') }, true],
  ['a body that nobody can read', 'quarantine/1', undefined, unread, false],
  ['that it was dismissed', 'quarantine/1', unread, { ...unread, state: text('dismissed') }, false],
  ['that it came again', 'quarantine/1', unread, { ...unread, quarantinedAt: at(2) }, false],
  ['who looked at it', 'quarantine/1', unread, { ...unread, by: text('x') }, true],
  ['a notice that waits', 'notices/1', undefined, waiting, false],
  ['since when it waits', 'notices/1', waiting, { ...waiting, updatedAt: at(2) }, false],
  ['that it failed', 'notices/1', waiting, failed, false],
  ['one that failed from the first', 'notices/1', undefined, failed, false],
  ['when it failed again', 'notices/1', failed, { ...failed, updatedAt: at(2) }, false],
  ['that a failed one was delivered', 'notices/1', failed, delivered, false],
  ['one that was delivered at once', 'notices/1', undefined, delivered, true],
  ['how often one was tried', 'notices/1', waiting, { ...waiting, attempts: integer(2) }, true],
  ['a signal', 'signals/1', undefined, { kind: text('ticket'), state: text('waiting') }, true],
])('%s: the gauges of before still hold where it is none of theirs', (_, path, before, after, isSame) => {
  const gauges = new GaugeFields();
  note(gauges, path, before, after);
  expect(gauges.areTheSame).toBe(isSame);
  gauges.compareFromNow();
  expect(gauges.areTheSame).toBe(true);
});

test('what is taken back before anybody counted is as it was, each document by itself', () => {
  const gauges = new GaugeFields();
  note(gauges, 'notices/1', undefined, waiting);
  note(gauges, 'notices/2', undefined, waiting);
  note(gauges, 'notices/1', waiting, failed);
  note(gauges, 'notices/1', failed, delivered);
  expect(gauges.areTheSame).toBe(false);
  note(gauges, 'notices/2', waiting, delivered);
  expect(gauges.areTheSame).toBe(true);
});

test('what changes while somebody counts may have been seen: taken back as well, it is counted again', () => {
  const gauges = new GaugeFields();
  note(gauges, 'notices/1', undefined, waiting, true);
  note(gauges, 'notices/1', waiting, delivered, true);
  expect(gauges.areTheSame).toBe(false);
  gauges.compareFromNow();
  expect(gauges.areTheSame).toBe(true);
});
