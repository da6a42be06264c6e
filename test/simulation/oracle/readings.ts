/** What was read of a body is what it says; and what nobody could read leads on to what became of it. */
import { fieldOf } from './facts.ts';
import { canonical, type Doc, date, type Records } from './records.ts';
import type { Said, What } from './said.ts';

/** As what each is kept. */
const kinds: Partial<Record<What, readonly string[]>> = {
  report: ['stated'],
  reply: ['agent-replied'],
  message: ['customer-wrote'],
  note: ['noted', 'changed'],
  end: ['solved'],
  back: ['reopened'],
  opened: ['alert-opened'],
  closed: ['alert-closed'],
};

/** What is kept of what is not read here is not judged. */
const oneOf = (value: unknown, values: readonly string[]): unknown =>
  values.includes(String(value)) ? value : undefined;

/** Of a ticket in the form that any system may send. */
function fieldsOfTicket(body: Doc): Doc {
  const { customer, affectedCustomers = [], reporterAffected = true } = body;
  const known = (each: Doc): Doc => ({ id: each.id, name: each.name, contactId: each.contactId });
  return {
    title: body.subject,
    description: body.description || undefined,
    category: oneOf(body.category, ['trouble', 'question', 'outside']),
    form: body.form || undefined,
    channel: body.channel || undefined,
    ongoing: oneOf(body.ongoing, ['yes', 'no']) ?? 'unknown',
    differsFromExpected: oneOf(body.differsFromExpected, ['yes', 'no']) ?? 'unknown',
    businessImpact: oneOf(body.businessImpact, ['stopped', 'degraded', 'inconvenient', 'none']),
    affectedCustomerCount: body.affectedCustomerCount,
    isReporterAffected: reporterAffected !== false,
    isDrill: body.drill === true,
    customer: customer ? known(customer) : undefined,
    affectedCustomers: affectedCustomers.map(known),
    tags: body.tags ?? [],
  };
}

/** What Cloud Monitoring says in fields of its own. */
function fieldsOfMonitoring({ incident }: Doc): Doc {
  const { policy_name: title, severity, policy_user_labels: labels = {} } = incident;
  return {
    title,
    'alert.policyName': title,
    'alert.severity': severity,
    customer: labels.customer ? { id: labels.customer } : undefined,
  };
}

function fieldsOfAlert(body: Doc, said: Said): Doc {
  return {
    ...(said.tool === 'monitoring' ? fieldsOfMonitoring(body) : { title: said.title }),
    ...(said.counts
      ? { 'alert.counts.firing': said.counts.firing, 'alert.counts.resolved': said.counts.resolved }
      : {}),
    ongoing: 'yes',
    'alert.project': said.alert?.project,
    'alert.policy': said.alert?.policy,
    'alert.service': said.alert?.service || undefined,
    'alert.startedAt': said.occurredAt,
    'alert.endedAt': said.endedAt,
    happenedAt: said.endedAt ?? said.occurredAt,
  };
}

export function checkReadings({ signals, alertIds, quarantine, incidents }: Records): string[] {
  return [
    ...signals.flatMap((signal) => (signal.drill ? [] : checkSignal(signal))),
    ...quarantine.flatMap((entry) => checkEntry(entry, incidents)),
    ...[...incidents.values()].flatMap((incident) => checkCounts(incident, signals)),
    ...signals.flatMap((signal) => checkIdentities(signal, alertIds.get(signal.id) ?? [])),
  ];
}

function checkSignal(signal: Doc): string[] {
  const said: Said = signal.said;
  const found: string[] = [];
  if (!(kinds[said.what] ?? [signal.kind]).includes(signal.kind))
    found.push(`is kept as ${signal.kind}, and is a ${said.what}`);
  if (said.source !== signal.sourceId) found.push(`is of ${signal.sourceId}, and says ${said.source}`);
  if (signal.occurredAt?.at !== said.occurredAt && said.occurredAt !== undefined && !signal.occurredAt?.isApproximate)
    found.push(`occurred ${date(signal.occurredAt?.at)}, and says ${date(said.occurredAt)}`);
  const fields =
    said.alert !== undefined
      ? fieldsOfAlert(JSON.parse(said.raw), said)
      : signal.tool === 'generic' && said.what === 'report'
        ? fieldsOfTicket(JSON.parse(said.raw))
        : {};
  for (const [name, says] of Object.entries(fields)) {
    const is = fieldOf(signal, name);
    if (canonical(is ?? null) !== canonical(says ?? null))
      found.push(`has ${canonical(is)} as its ${name}, and says ${canonical(says)}`);
  }
  return found.map((what) => `What came as ${signal.id} of ${signal.tool} ${what}.`);
}

/** Each alert of a group is kept beside its signal, with its state. */
function checkIdentities({ id, said }: Doc, ids: readonly string[]): string[] {
  const counts = (said as Said).counts ?? { firing: 0, resolved: 0 };
  const kept = (state: string): number => ids.filter((each) => each.endsWith(` ${state}`)).length;
  if (kept('firing') === counts.firing && kept('resolved') === counts.resolved) return [];
  return [
    `${id} keeps ${ids.length} alerts, and its group has ${counts.firing} firing and ${counts.resolved} resolved.`,
  ];
}

/** A group's incident counts what the last body says that came of it. */
function checkCounts({ id, origin, alert }: Doc, signals: Records['signals']): string[] {
  const own = signals.filter(
    ({ incidentId, sourceId, said }) => incidentId === id && sourceId === origin.id && said.counts,
  );
  const last = own.toSorted((a, b) => a.receivedAt - b.receivedAt).at(-1);
  if (!last) return [];
  const { firing, resolved } = alert?.counts ?? {};
  if (canonical({ firing, resolved }) === canonical(last.said.counts)) return [];
  return [`${id} counts ${canonical(alert?.counts)}, and its last group says ${canonical(last.said.counts)}.`];
}

/** What has been replayed has become something that it says; what is open has become nothing. */
function checkEntry({ id, state, incidentId, settledAt, settledBy }: Doc, incidents: Records['incidents']): string[] {
  const found: string[] = [];
  const isSettled = state !== 'open';
  if (isSettled !== (settledAt !== undefined) || isSettled !== (settledBy !== undefined))
    found.push(`is ${state}, and settled ${date(settledAt)} by ${settledBy}`);
  if (state === 'replayed' && !incidents.has(incidentId)) found.push(`was replayed, and became ${incidentId}`);
  if (state !== 'replayed' && incidentId !== undefined) found.push(`is ${state}, and became ${incidentId}`);
  return found.map((what) => `${id}, which nobody could read, ${what}.`);
}
