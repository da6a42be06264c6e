/** Metronome’s metrics about itself. Pure. */

export const gaugePrefix = 'custom.googleapis.com/metronome/';

/** A gauge that Metronome writes, below {@link gaugePrefix}. */
const gauge = (
  name: string,
  unit: string,
  description: string,
  labels: readonly { key: string; description: string }[] = [],
) => ({ name, labels, unit, description });

export const gauges = [
  gauge('open_incidents', '1', 'Open incidents.', [{ key: 'level', description: 'The urgency: high or low.' }]),
  gauge('overdue_contacts', '1', 'Customers whose update is overdue.'),
  gauge('oldest_overdue_seconds', 's', 'How long the longest-waiting customer’s update has been overdue.'),
  gauge('oldest_timer_seconds', 's', 'How long the oldest due timer has waited: 0 while reminders are on time.'),
  gauge('quarantined', '1', 'Reports that could not be parsed.'),
  gauge('failed_updates', '1', 'Incidents with updates to customers that failed, or whose delivery is unknown.'),
  gauge('undelivered_notices', '1', 'Notices of the last day that have not been delivered.'),
  gauge('newest_backup_seconds', 's', 'Age of the newest database backup.'),
];
