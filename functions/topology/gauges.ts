/** Metronome’s metrics about itself. Pure. */

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
    description: 'Open incidents.',
  },
  { name: 'overdue_contacts', labels: [], unit: '1', description: 'Customers whose update is overdue.' },
  {
    name: 'oldest_overdue_seconds',
    labels: [],
    unit: 's',
    description: 'How long the longest-waiting customer’s update has been overdue.',
  },
  {
    name: 'oldest_timer_seconds',
    labels: [],
    unit: 's',
    description: 'How long the oldest due timer has waited: 0 while reminders are on time.',
  },
  { name: 'quarantined', labels: [], unit: '1', description: 'Reports that could not be parsed.' },
  {
    name: 'failed_updates',
    labels: [],
    unit: '1',
    description: 'Incidents with updates to customers that failed, or whose delivery is unknown.',
  },
  {
    name: 'undelivered_notices',
    labels: [],
    unit: '1',
    description: 'Notices of the last day that have not been delivered.',
  },
  {
    name: 'newest_backup_seconds',
    labels: [],
    unit: 's',
    description: 'Age of the newest database backup.',
  },
];
