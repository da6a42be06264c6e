/** The minute tick's door, with the handlers of due timers and the senders of what they commit. */
import { tickWith } from './customer-updates/tick.ts';
import type { Senders } from './incidents/facts/decision.ts';
import { topics } from './topology.ts';

const senders: Senders = {
  notice: async () => (await import('./platform/publish-notice.ts')).sendNotice,
  page: async () => (await import('./platform/publish-notice.ts')).sendPage,
  'ticket-updates': async () => (await import('./outgoing/tickets/publish-updates.ts')).sendUpdates,
  withdrawn: async () => (await import('./incidents/statements/record-event.ts')).sendWithdrawn,
  merge: async () => (await import('./merge.ts')).continueMerge,
  related: async () => (await import('./incidents/signals/join.ts')).joinAsked,
  'reply-to-read': async () => (await import('./outgoing/tickets/publish-updates.ts')).readReply,
  'update-echo': async () => (await import('./outgoing/tickets/publish-updates.ts')).takeEcho,
  'ticket-note': async () => (await import('./outgoing/tickets/send-note.ts')).sendNote,
  cards: async () => (await import('./outgoing/slack/edit-cards.ts')).sendCards,
  'alert-series': async () => {
    const { publish } = await import('./platform/publish.ts');
    return (_, { incident }) => publish(topics.alertSeries, { seriesOf: incident.id });
  },
};

export const minuteTick = tickWith({
  looks: {
    incident: async () => {
      const { lookAtIncident } = await import('./customer-updates/look-at-incident.ts');
      return (due, now) => lookAtIncident(due, now, senders);
    },
    question: async () => (await import('./incidents/statements/reclassify.ts')).lookAtQuestion,
    action: async () => (await import('./postmortems/look.ts')).lookAtAction,
    bundle: async () => (await import('./postmortems/look.ts')).lookAtBundle,
    drill: async () => (await import('./drills/look-at-drill.ts')).lookAtDrill,
    'drill-rhythm': async () => (await import('./drills/look-at-rhythm.ts')).lookAtDrillRhythm,
  },
  beforeLooks: [async () => (await import('./duty/duty.ts')).recallDuty],
  everyMinute: [
    async () => (await import('./customer-updates/dead-man.ts')).callDeadMan,
    async () => (await import('./duty/duty.ts')).refreshDuty,
    async () => (await import('./published/ask-to-publish.ts')).askToPublish,
    async () => {
      const { noteChanges } = await import('./outgoing/notion/note-changes.ts');
      return (now) =>
        noteChanges(now, async () => (await import('./postmortems/export/export-source.ts')).exportSource);
    },
  ],
});
