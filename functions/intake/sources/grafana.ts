/** Grafana Alerting's webhook: Alertmanager's body, which it calls version 1, by POST or PUT, with a token or signed. */
import { isObject, objectAt, objectsAt } from '../../platform/loose.ts';
import { readAlertGroup } from './alert-group.ts';
import { textOf, tokenDoor } from './alert-signal.ts';
import { headerOf, isSignedBy, refuseTime } from './proof.ts';
import { type Envelope, type IntakeSource, Unreadable } from './source.ts';

const signatureHeader = 'x-grafana-alerting-signature';
/** Grafana has no name of its own for it: the guide gives it this one. */
const timeHeader = 'x-grafana-alerting-timestamp';

const isSigned = ({ headers }: Envelope): boolean =>
  headers.authorization === undefined && headers[signatureHeader] !== undefined;

export const grafana: IntakeSource = {
  tool: 'grafana',
  ...tokenDoor,
  secretNames: ['ALERTS_TOKEN', 'GRAFANA_SIGNING_SECRET'],
  methods: ['POST', 'PUT'],
  needsBody: isSigned,
  refuse(envelope, bytes, config, policy, now) {
    if (!isSigned(envelope)) return tokenDoor.refuse(envelope, bytes, config);
    const [signature, time] = [headerOf(envelope.headers, signatureHeader), headerOf(envelope.headers, timeHeader)];
    // Without a signed time, anybody who has seen a body could replay it for ever.
    if (!signature || !time)
      return 'It needs X-Grafana-Alerting-Signature and X-Grafana-Alerting-Timestamp, each once.';
    const late = /^\d{9,11}$/.test(time)
      ? refuseTime(time, policy, now)
      : 'The timestamp has to be in seconds since 1970.';
    if (late) return late;
    const scheme = { algorithm: 'sha256', encoding: 'hex', parts: [`${time}:`, bytes] } as const;
    if (isSignedBy(config.GRAFANA_SIGNING_SECRET, signature, scheme)) return undefined;
    return 'X-Grafana-Alerting-Signature is not that of this body under GRAFANA_SIGNING_SECRET.';
  },
  read(body, bytes, context) {
    if (isTest(body)) return { ignored: 'test notification', isConnectionTest: true };
    return readAlertGroup('grafana', body, bytes, context);
  },
};

/** What the button “Test” of a contact point sends. */
function isTest(body: unknown): boolean {
  if (!isObject(body)) throw new Unreadable('The body is not one JSON object.');
  const alerts = objectsAt(body, 'alerts').map((each) => objectAt(each, 'labels'));
  return (
    alerts.length > 0 &&
    alerts.every((each) => textOf(each, 'alertname') === 'TestAlert' && textOf(each, 'instance') === 'Grafana')
  );
}
