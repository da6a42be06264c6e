/** Bugs of which each breaks a promise: put into the functions one at a time, each has to be noticed. */
import type { Change } from './build.ts';
import type { RemoteName } from './remote/services.ts';

export interface PlantedBug extends Change {
  name: string;
  /** The kinds of faults that bring it to light; all where it does not matter. */
  faults?: string;
  /** The services outside without which there is nothing to be seen. */
  remote?: readonly RemoteName[];
  /** How many days it takes to be seen, where the first ten hours are not enough. */
  days?: number;
  /** How busy a day has to be for it, where a quiet one is not enough. */
  share?: number;
  /** The seed that is tried first, where another than 1 is known to show it. */
  seed?: number;
  /** The ordinary test that notices it, where the simulated world does not come by it. */
  noticedBy?: OrdinaryTest;
}

export interface OrdinaryTest {
  file: string;
  /** A part of its title. */
  title: string;
  /** The table that has the title, where that is a file of its own. */
  table?: string;
  /** The same of those before it in the file that it builds on. */
  after?: readonly string[];
  /** How many times the usual runs of a property are drawn; 1 by default. */
  times?: number;
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'a-page-in-notion-is-made-without-looking',
    noticedBy: { file: 'test/scenarios/notion.test.ts', title: 'is found again, and not made twice' },
    file: 'functions/outgoing/notion/write-page.ts',
    find: 'const page = found.get(record.id) ?? trashed.get(record.id);',
    replace: 'const page = undefined as { id: string } | undefined;',
  },
  {
    name: 'a-drill-goes-to-notion',
    noticedBy: { file: 'test/scenarios/notion.test.ts', title: 'a drill, a question and what is no incident stay out' },
    file: 'functions/postmortems/export/exported-pages.ts',
    find: "if (incident.kind !== 'incident' || incident.isDrill) return undefined;",
    replace: "if (incident.kind !== 'incident') return undefined;",
  },
  {
    name: 'the-claim-is-no-lease',
    noticedBy: { file: 'test/incidents/claim.test.ts', title: 'it leaves the list of what is due for as long as the lease' },
    file: 'functions/incidents/record/timers.ts',
    find: 'const leasedUntil = new Date(now.getTime() + milliseconds(policy.notices.leaseFor));',
    replace: 'const leasedUntil = new Date(now.getTime() + milliseconds(policy.notices.keptFor));',
  },
  { name: 'a-second-card-after-a-lost-answer', remote: ['slack'], faults: 'unavailable', share: 1, file: 'functions/outgoing/slack/show-card.ts', find: 'sought = { ts: isLost ?', replace: 'sought = { ts: isLost && !card.postedFor ?' },
  {
    name: 'a-page-that-nobody-can-answer',
    noticedBy: { file: 'test/scenarios/paging.test.ts', title: 'stops at the response' },
    file: 'functions/incidents/rhythm/paging.ts',
    find: "return isAnswered ? { action: 'acknowledge', at: paging.at, why: ['answered'] } : null;",
    replace: 'return null;',
  },
  {
    name: 'a-call-under-the-key-of-one-that-was-answered',
    noticedBy: { file: 'test/scenarios/paging.test.ts', title: 'rings for the emergency' },
    file: 'functions/outgoing/channels/pagerduty.ts',
    find: 'dedup_key: `${incidentId}#${page.episode}`',
    replace: 'dedup_key: `${incidentId}#1`',
  },
  {
    name: 'a-page-that-outlives-its-incident',
    remote: ['pagerduty'],
    faults: 'unavailable',
    file: 'functions/incidents/rhythm/paging.ts',
    find: "return isOn ? { action: 'resolve', at: paging.at, why: [status] } : null;",
    replace: 'return null;',
  },
  {
    name: 'who-is-refused-for-good-is-not-told',
    noticedBy: { file: 'test/scenarios/slack-edges.test.ts', title: 'of a person that Slack does not name' },
    file: 'functions/slack/events.ts',
    find: "await comeBack(come, sayRefused(act, error), 'ja');",
    replace: 'sayRefused(act, error);',
  },
  {
    name: 'the-publish-is-not-awaited',
    noticedBy: { file: 'test/scenarios/rhythm-away.test.ts', title: 'the publish is refused' },
    file: 'functions/customer-updates/look-at-incident.ts',
    find: 'await (load ? (await load())(each.sends, about)',
    replace: 'void (load ? (await load())(each.sends, about).catch(() => undefined)',
  },
  { name: 'accepted-and-kept-nowhere', noticedBy: { file: 'test/scenarios/outages.test.ts', title: 'nothing is promised' }, file: 'functions/intake/take-in.ts', find: 'await spill(delivery);', replace: '' },
  {
    name: 'acknowledged-before-it-is-filed',
    noticedBy: { file: 'test/scenarios/dead-letters.test.ts', title: 'fails a hundred times is a dead letter' },
    file: 'functions/intake/events.ts',
    find: 'const read = await readAndFile(source, raw, by);',
    replace: "const read = { kind: 'unread' } as Awaited<ReturnType<typeof readAndFile>>; readAndFile(source, raw, by).catch(() => undefined);",
  },
  {
    name: 'a-delivered-notice-is-delivered-again',
    faults: 'double',
    file: 'functions/platform/ledger.ts',
    find: 'if (work.isOver ? work.isOver(record) : isFinal(record.delivery)) return undefined;',
    replace: 'if (work.isOver?.(record)) return undefined;',
  },
  {
    name: 'the-idempotency-key-is-ignored',
    faults: 'connection,death',
    file: 'functions/incidents/statements/record-event.ts',
    find: 'const ref = by.idempotencyKey ? keyRef(by.actor, by.idempotencyKey) : undefined;',
    replace: 'const ref = undefined as ReturnType<typeof keyRef> | undefined;',
  },
  { name: 'an-incident-without-its-timer', file: 'functions/incidents/record/commit.ts', find: 'else batch.create(ref, next);', replace: 'else return;' },
  {
    name: 'the-signal-id-leaves-the-content-out',
    file: 'functions/intake/sources/generic.ts',
    find: "idsByContent(['generic', id.data], body, bytes, context, updatedAt !== undefined)",
    replace: "{ id: stableId('sig', 'generic', id.data), sentBeside: [] }",
  },
  { name: 'what-cannot-be-read-is-dropped', file: 'functions/intake/take-in.ts', find: 'await quarantine(source.tool, raw, message, { ...by, errors });', replace: '' },
  { name: 'a-met-slot-is-not-kept', seed: 2, file: 'functions/incidents/clocks/deadlines.ts', find: 'this.close(sent.at, sent);', replace: '' },
  {
    name: 'a-slot-that-was-late-stays-missed',
    noticedBy: { file: 'test/incidents/rhythm/updates.test.ts', title: 'the update at 10:30 is recorded at 11:20, late', table: 'test/incidents/rhythm/rows-of-updates.ts' },
    file: 'functions/incidents/fold/evolve.ts',
    find: 'complete(before, withSums(incident, seen), fact, policy)',
    replace: 'complete(before, { ...withSums(incident, seen), slots: incident.slots }, fact, policy)',
  },
  {
    name: 'the-bundle-leaves-late-incidents-out',
    file: 'functions/postmortems/gather.ts',
    find: 'named: new Map(named.map((each) => [each.id, each])),',
    replace: 'named: new Map(named.map((each) => [each.id, each])), filed: filed.filter((each) => week.end.getTime() - each.filedAt.getTime() > 14_400_000),',
  },
  { name: 'late-is-met', file: 'functions/incidents/clocks/outcome.ts', find: 'dueAt.getTime() + milliseconds(policy.cadence.metUpTo)', replace: 'dueAt.getTime() + 4 * milliseconds(policy.cadence.metUpTo)' },
  { name: 'nobody-is-overdue', file: 'functions/customer-updates/gauges.ts', find: "where('nextUpdateDueAt', '<', at)", replace: "where('nextUpdateDueAt', '<', new Date(at.getTime() - 3_600_000))" },
  {
    name: 'a-primary-forgets-the-signals-of-what-is-linked',
    share: 1,
    days: 1,
    seed: 2,
    file: 'functions/incidents/signals/signals-of.ts',
    find: 'const ids = [id, ...links.map(({ incidentId }) => incidentId)];',
    replace: 'const ids = [id, ...links.slice(links.length).map(({ incidentId }) => incidentId)];',
  },
  { name: 'a-replayed-report-is-taken-for-a-real-one', share: 1, file: 'functions/drills/plan-drill.ts', find: 'isDrill: true,', replace: 'isDrill: (alert === undefined && copy > 0) as true,' },
  { name: 'a-drill-files-the-first-copy-alone', share: 1, file: 'functions/drills/look-at-drill.ts', find: 'for (const signal of planned?.signals ?? []) {', replace: 'for (const signal of planned?.signals.slice(0, 1) ?? []) {' },
  // Mends that are taken back: each of these was a fault of the product once.
  {
    name: 'an-emergency-outlives-the-reports-that-made-it',
    noticedBy: { file: 'test/scenarios/emergency-table.test.ts', title: 'what was stated of it is taken back, and stated again' },
    file: 'functions/customer-updates/look-at-incident.ts',
    find: "if (isAsked(timer, now, areaFacts) && (await endWithReport(incident, context))) return 'again';",
    replace: '',
  },
  {
    name: 'a-held-bundle-loses-its-pages',
    noticedBy: { file: 'test/scenarios/bundle-holds.test.ts', title: 'while it is being held', after: ['reading a draft', 'a minute later'] },
    file: 'functions/postmortems/assemble.ts',
    find: 'if (!isSame && (runs > 1 || current?.version !== known?.version)) return undefined;',
    replace: '',
  },
  {
    name: 'reported-again-and-still-over',
    noticedBy: { file: 'test/scenarios/corrected-recovery.test.ts', title: 'reported again is open' },
    file: 'functions/incidents/fold/reports.ts',
    find: '      recoveredAt: null,\n      // A signal dated',
    replace: '      // A signal dated',
  },
  {
    name: 'a-question-told-apart-is-forgotten',
    noticedBy: { file: 'test/scenarios/storms-and-links.test.ts', title: 'still looked at after three days' },
    file: 'functions/incidents/rhythm/wake.ts',
    find: "return isOpened ? questionWake(after, policy) : 'keep';",
    replace: "return 'keep';",
  },
  {
    name: 'the-recovery-message-undoes-a-correction',
    noticedBy: { file: 'test/scenarios/corrected-recovery.test.ts', title: 'the recovery message leaves it as it is' },
    file: 'functions/incidents/statements/corrections.ts',
    find: 'if (incident.recoveredAt && changes.recoveredAt) {',
    replace: 'if (!incident.recoveredAt && incident.recoveredAt && changes.recoveredAt) {',
  },
  {
    name: 'a-group-that-waited-counts-back',
    noticedBy: { file: 'test/scenarios/alert-groups.test.ts', title: 'that waited in Pub/Sub while a later one was filed' },
    file: 'functions/incidents/signals/reported-again.ts',
    find: '(counts.at > known.at &&',
    replace: '(counts.at > new Date(0) &&',
  },
  {
    name: 'an-alert-door-refuses-what-passes',
    noticedBy: { file: 'test/scenarios/alert-groups.test.ts', title: 'is never told 429' },
    file: 'functions/intake/request.ts',
    find: 'throw source.givesUpOnRefusals ? askAgain(error) : error;',
    replace: 'throw error;',
  },
  {
    name: 'an-alert-that-begins-again-is-a-re-send',
    noticedBy: { file: 'test/scenarios/flapping.test.ts', title: ', an alert that' },
    file: 'functions/incidents/signals/file-alert.ts',
    find: 'const turn = isTurn ? turns + (isLate ? -1 : 1) : turns;',
    replace: 'const turn = turns;',
  },
  {
    name: 'a-release-told-by-three-is-three',
    noticedBy: { file: 'test/scenarios/releases-told.test.ts', title: 'that GitHub, GitLab and Cloud Build tell is one' },
    file: 'functions/evidence/kept-evidence.ts',
    find: 'releases: eachOnce(releases, milliseconds(by.evidence.sameReleaseWithin)) };',
    replace: 'releases };',
  },
  {
    name: 'a-storm-asks-for-the-alerts-of-nobody',
    noticedBy: { file: 'test/scenarios/storms-and-links.test.ts', title: 'whether its last alert is recent' },
    file: 'functions/incidents/signals/file-alert.ts',
    find: ".where('incidentId', '==', storm.incidentId)",
    replace: ".where('incidentId', '==', '')",
  },
  {
    name: 'an-alert-is-filed-where-its-storm-is-linked-to',
    noticedBy: { file: 'test/scenarios/storms-and-links.test.ts', title: 'is of both, until the link ends' },
    file: 'functions/incidents/signals/file-alert.ts',
    find: 'signalRecord(intake, storm.incidentId, context)',
    replace: 'signalRecord(intake, joined.id, context)',
  },
  {
    name: 'one-in-thirty-linked-reports-is-lost',
    noticedBy: { file: 'test/scenarios/storms-and-links.test.ts', title: 'however many are linked to it' },
    file: 'functions/incidents/signals/signals-of.ts',
    find: 'ids.slice(start, start + mostIds)',
    replace: 'ids.slice(start, start + mostIds - 1)',
  },
  {
    name: 'linked-as-its-week-was-held-and-never-carried',
    noticedBy: { file: 'test/scenarios/bundle-holds.test.ts', title: 'once it is unlinked', after: ['reading a draft', 'a minute later', 'while it is being held'] },
    file: 'functions/postmortems/gather.ts',
    find: 'const named = [...(unsettled ?? []), ...changes.map(({ incidentId }) => incidentId)];',
    replace: 'const named = unsettled ?? [];',
  },
  {
    name: 'carried-past-the-first-page-cannot-be-read',
    noticedBy: { file: 'test/scenarios/bundle-holds.test.ts', title: 'past the first 200', after: ['reading a draft', 'a minute later', 'while it is being held', 'once it is unlinked'] },
    file: 'functions/postmortems/open.ts',
    find: 'return document.entryCount > next.from || document.carriedCount > next.carriedFrom ? next : undefined;',
    replace: 'return document.entryCount > next.from ? next : undefined;',
  },
  {
    name: 'letters-that-grow-shift-what-is-read',
    noticedBy: { file: 'test/intake/sources/text.test.ts', title: 'letters that grow' },
    file: 'functions/intake/sources/html-text.ts',
    find: 'tokenizer.write(html);',
    replace: 'tokenizer.write(html.toLowerCase());',
  },
  {
    name: 'what-stands-in-pointed-brackets-is-lost',
    noticedBy: { file: 'test/intake/sources/text.test.ts', title: 'is plain text' },
    file: 'functions/intake/sources/html-text.ts',
    find: String.raw`(?:\s{0,9}\/?>|\s{1,9}[a-z_:][\w:.-]{0,40}\s{0,9}=)/gi`,
    replace: String.raw`(?=[\s>])/gi`,
  },
  {
    name: 'an-entity-joins-all-lines',
    noticedBy: { file: 'test/intake/sources/text.test.ts', title: 'an entity does not make HTML of lines' },
    file: 'functions/intake/sources/html-text.ts',
    find: "return write(text.replaceAll('<', '&lt;'), true);",
    replace: "return write(text.replaceAll('<', '&lt;'), false);",
  },
  {
    name: 'two-channels-share-a-name',
    noticedBy: { file: 'test/outgoing/channels.test.ts', title: 'one of them would never receive' },
    file: 'functions/outgoing/channels/channel.ts',
    find: 'if (twice.length > 0) {',
    replace: 'if (twice.length > channels.length) {',
  },
  {
    name: 'a-link-during-an-unlink-goes-unseen',
    noticedBy: { file: 'test/scenarios/linking.test.ts', title: 'leaves each incident with what is its own' },
    file: 'functions/incidents/links/link.ts',
    find: 'const [home, ...chain] = await readLinked(transaction, id);',
    replace: `const { firestore } = await import('../platform/firestore.ts');
      const [home, ...chain] = await firestore().runTransaction((apart) => readLinked(apart, id));`,
  },
  {
    name: 'who-is-told-apart-keeps-it-open',
    noticedBy: { file: 'test/scenarios/linking.test.ts', title: 'an incident has recovered once a linked one, by which alone' },
    file: 'functions/incidents/links/decide-link.ts',
    find: 'const members = Object.entries(outage?.members ?? {}).filter(([id]) => !gone.includes(id));',
    replace: 'const members = Object.entries(outage?.members ?? {});',
  },
  {
    name: 'everybody-has-the-ticket-of-the-reporter',
    noticedBy: { file: 'test/scenarios/corrected-recovery.test.ts', title: 'the ticket that they reported on' },
    file: 'functions/incidents/rhythm/contact.ts',
    find: 'return customers.some((each) => each.id === reporter?.id) ? ticket : undefined;',
    replace: 'return customers.some((each) => each.id === reporter?.id) ? ticket : ticket;',
  },
  {
    name: 'a-slot-told-of-again-is-the-same-notice',
    noticedBy: { file: 'test/scenarios/rhythm-of-many-times.test.ts', title: 'open again within a slot that was told' },
    file: 'functions/customer-updates/look-at-incident.ts',
    find: "stableId('ntc', incident.id, incident.lastSequence, ...planned.idParts)",
    replace: "stableId('ntc', incident.id, ...planned.idParts)",
  },
  {
    name: 'a-question-is-reclassified-though-it-was-linked',
    noticedBy: { file: 'test/scenarios/questions.test.ts', title: 'it stays linked' },
    file: 'functions/incidents/statements/reclassify.ts',
    find: "const isSettled = question.kind === 'incident' || question.status === 'linked' || isAnswered;",
    replace: "const isSettled = question.kind === 'incident' || isAnswered;",
  },
  {
    name: 'an-action-without-a-body-is-not-refused',
    noticedBy: { file: 'test/scenarios/api-edges.test.ts', title: 'without the body that it needs' },
    file: 'functions/api/routes.ts',
    find: "body: { required: true, content: { 'application/json': { schema: body } } }",
    replace: "body: { content: { 'application/json': { schema: body } } }",
  },
  {
    name: 'a-lost-answer-is-not-looked-for',
    noticedBy: { file: 'test/scenarios/updates-sent.test.ts', title: 'is found by a new tap of the same words' },
    file: 'functions/platform/ledger.ts',
    find: 'outcome = (isSought &&',
    replace: 'outcome = (isSought && !work.lookUp &&',
  },
  {
    name: 'an-echo-is-a-second-update',
    noticedBy: { file: 'test/scenarios/updates-sent.test.ts', title: 'its echo is a signal alone' },
    file: 'functions/incidents/signals/file-signal.ts',
    find: "if (signal.kind !== 'agent-replied') return undefined;",
    replace: "if (signal.kind !== 'noted') return undefined;",
  },
  {
    name: 'an-echo-without-its-id-is-somebody-elses',
    noticedBy: { file: 'test/scenarios/echoes.test.ts', title: 'told after the answer, twice' },
    file: 'functions/incidents/outbox/sending.ts',
    find: 'if (known || echo.message === undefined) return known;',
    replace: 'if (known || echo.commentId === undefined) return known;',
  },
  {
    name: 'what-failed-is-told-to-nobody',
    noticedBy: { file: 'test/scenarios/updates-sent.test.ts', title: 'has failed, is announced' },
    file: 'functions/outgoing/tickets/settle-update.ts',
    find: "outbox: [{ kind: 'update-failed', key: updateId, since: by.now }],",
    replace: 'outbox: [],',
  },
  {
    name: 'an-import-holds-the-week-that-has-just-ended',
    noticedBy: { file: 'test/scenarios/bundle-import.test.ts', title: 'is left to its tick' },
    file: 'infra/import/import-incidents.ts',
    find: 'if (await awaitsWeeklyTick(week)) {',
    replace: 'if (week.end > now) {',
  },
  {
    name: 'a-slower-row-owes-the-past',
    noticedBy: { file: 'test/incidents/fold/contact-effects.test.ts', title: 'where it becomes slower' },
    file: 'functions/incidents/rhythm/cadence.ts',
    find: 'isUrgentRhythm(before) !== isUrgentRhythm(after)',
    replace: '!isUrgentRhythm(before) && isUrgentRhythm(after)',
  },
  {
    name: 'an-update-that-is-taken-back-still-counts',
    noticedBy: { file: 'test/incidents/laws.test.ts', title: 'clocks and all, where Metronome did nothing meanwhile', times: 20 },
    file: 'functions/incidents/fold/fold.ts',
    find: 'if (isFact(event) && !taken.has(event.id)',
    replace: "if (isFact(event) && (!taken.has(event.id) || event.type === 'customer-updated')",
  },
  {
    name: 'somebody-elses-reply-is-written-over',
    noticedBy: { file: 'test/scenarios/updates-sent.test.ts', title: 'nothing is sent over it' },
    file: 'functions/outgoing/tickets/zendesk.ts',
    find: 'if (other) return conflictWith(other);',
    replace: 'if (other && seen === undefined) return conflictWith(other);',
  },
  {
    name: 'a-note-is-shown-to-the-customer',
    noticedBy: { file: 'test/scenarios/ticket-notes.test.ts', title: 'what was filed has its code' },
    file: 'functions/outgoing/tickets/send-update.ts',
    find: 'isPublic: !isNote,',
    replace: 'isPublic: true,',
  },
  {
    name: 'a-drill-reaches-its-ticket',
    noticedBy: { file: 'test/scenarios/updates-sent.test.ts', title: 'drills and generic tickets are sent by hand' },
    file: 'functions/outgoing/tickets/decide-updates.ts',
    find: "if (!isReal(incident)) return { byHand: 'It is a drill: nothing of it reaches a customer.' };",
    replace: '',
  },
  {
    name: 'a-silent-tool-is-stormed',
    noticedBy: { file: 'test/outgoing/tickets/sent.test.ts', title: 'is asked every ten seconds by the first that comes' },
    file: 'functions/outgoing/tickets/silence.ts',
    find: 'if (now < at && at - now <= askEveryMs) return false;',
    replace: '',
  },
];
