/** What Metronome measures of itself. Pure. */

/** A gauge that Metronome writes, below `custom.googleapis.com/metronome/`. */
interface GaugeSpec {
  name: string;
  labels: readonly { key: string; description: string }[];
  unit: string;
  description: string;
}

export const gaugePrefix = 'custom.googleapis.com/metronome/';

export const gauges: readonly GaugeSpec[] = [
  {
    name: 'open_incidents',
    labels: [{ key: 'level', description: 'The urgency: high or low.' }],
    unit: '1',
    description: 'Incidents that are open.',
  },
  { name: 'overdue_contacts', labels: [], unit: '1', description: 'Customers whose update is overdue.' },
  {
    name: 'oldest_overdue_seconds',
    labels: [],
    unit: 's',
    description: 'How long the customer who waits longest has waited past the time an update was due.',
  },
  {
    name: 'oldest_timer_seconds',
    labels: [],
    unit: 's',
    description: 'How long the timer that waits longest has been due: 0 while reminders are in time.',
  },
  { name: 'quarantined', labels: [], unit: '1', description: 'Bodies that came in and could not be read.' },
  {
    name: 'failed_updates',
    labels: [],
    unit: '1',
    description: 'Incidents with updates to customers that did not get there, or of which nobody knows.',
  },
  {
    name: 'undelivered_notices',
    labels: [],
    unit: '1',
    description: 'Notices of the last day that a channel has not taken.',
  },
  {
    name: 'newest_backup_seconds',
    labels: [],
    unit: 's',
    description: 'How long ago the newest backup of the database was taken.',
  },
];
