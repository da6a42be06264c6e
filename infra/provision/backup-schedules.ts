/**
 * The backups of the database. Firestore takes one schedule of each kind (cloud.google.com/firestore/docs/backups), and bills
 * every backup whole. Within 7 days point-in-time recovery goes back to any minute: backups are for a database that is
 * gone, and for a mistake that was noticed later. Data only.
 */
export const backupSchedules = [
  { name: 'daily, kept 3 days', found: 'dailyRecurrence', recurrence: ['daily'], keptDays: 3, everyDays: 1 },
  {
    name: 'weekly, kept 14 days',
    found: 'weeklyRecurrence',
    recurrence: ['weekly', 'SUN'],
    keptDays: 14,
    everyDays: 7,
  },
] as const;

/** The number of backups kept at once. */
export const backupsKept = backupSchedules.reduce((sum, { keptDays, everyDays }) => sum + keptDays / everyDays, 0);
