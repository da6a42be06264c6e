/** Prometheus Alertmanager's webhook, version 4. It signs nothing: its `http_config` presents a token. */
import { readAlertGroup } from './alert-group.ts';
import { tokenDoor } from './alert-signal.ts';
import type { IntakeSource } from './source.ts';

export const alertmanager: IntakeSource = {
  tool: 'alertmanager',
  ...tokenDoor,
  read: (body, bytes, context) => readAlertGroup('alertmanager', body, bytes, context),
};
