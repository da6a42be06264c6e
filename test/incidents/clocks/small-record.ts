/** A record that knows of statements only what moves a clock: it plays the rows of table C without any other rule. */
import { scopeSlot } from '../../../functions/incidents/rhythm/cadence.ts';
import { policy } from '../../../functions/policy.ts';
import { clockTime, instant, lookedAt, type Row, stepsOf, ticketOf } from '../../scenarios/rows.ts';
import { Ticks } from './ticks.ts';

// biome-ignore lint/suspicious/noExplicitAny: a row's statement, as the tables write it
type Body = any;

const hourMs = 3_600_000;

export class SmallRecord extends Ticks {
  /** The name of the contact that each named customer is in. */
  readonly #named = new Map<string, string>();
  #status: 'open' | 'recovered' | 'not-occurring' = 'open';
  #recoveredAt: Date | undefined;
  #lastSeenAt: Date | undefined;
  #ongoing: string;
  #isHigh: boolean;
  #count: number | undefined;
  #scopedAt: Date | undefined;
  #isUrgent: boolean | undefined;
  #isCounted: boolean | undefined;
  #scopeDueAt: Date | null = null;
  #scopeAsks = 0;

  constructor(ticket: Body) {
    super(new Date(instant('10:00')));

    this.#ongoing = ticket.ongoing;
    this.#isHigh = this.#isRecent(ticket.occurredAt);
    this.#judge();
    const reporter = ticket.reporterAffected === false ? [] : [ticket.customer];
    this.#name([...reporter, ...(ticket.affectedCustomers ?? [])].filter(Boolean), this.now);
    this.#recount(ticket.affectedCustomerCount, this.now);
    const asker = ticket.customer && this.#named.get(ticket.customer.id);
    if (asker) this.record(asker, { type: 'asked' });
  }

  say(what: Body): void {
    const { word, ...statement } = what;
    const at = statement.at ? new Date(instant(statement.at)) : this.now;
    if (word) this.#reopenAt(this.now, this.#status === 'not-occurring', 'yes');
    else if (statement.type === 'customer-updated') this.#update(statement, at);
    else if (statement.type === 'recovered') this.#recover(statement.customers ?? 'all', at);
    else if (statement.type === 'scoped') this.#scope(statement, at);
    else if (statement.type === 'corrected') this.#correct(statement);
    else if (statement.type === 'verified') this.#verify(statement, at);
    this.#judge();
    this.#settle();
  }

  #isRecent(occurredAt: string): boolean {
    return this.filedAt.getTime() - Date.parse(occurredAt) <= hourMs;
  }

  #judge(): void {
    const isUrgent = this.#isHigh || this.#ongoing !== 'no';
    if (isUrgent !== this.#isUrgent) this.schedule({ type: 'row', isUrgent });
    this.#isUrgent = isUrgent;
  }

  #contactsOf(customers: 'all' | string[]): string[] {
    if (customers === 'all') return [...this.contacts.keys()];
    return [...new Set(customers.map((id) => this.#named.get(id) ?? id))];
  }

  #update({ customers, channel = 'ticket', recovery }: Body, at: Date): void {
    const isCounting = policy.cadence.countedChannels.includes(channel);
    const isRecovery = recovery === true;
    for (const name of this.#contactsOf(customers)) {
      if (isCounting) this.record(name, { type: 'updated', at, isRecovery, ofAll: customers === 'all' });
      else if (isRecovery) this.record(name, { type: 'recovered', at });
    }
  }

  #recover(customers: 'all' | string[], at: Date): void {
    for (const name of this.#contactsOf(customers)) this.record(name, { type: 'recovered', at });
    this.#allRecovered.push(...(customers === 'all' ? [{ at, recordedAt: this.now }] : []));
  }

  readonly #allRecovered: { at: Date; recordedAt: Date }[] = [];

  #name(customers: Body[], at: Date): void {
    for (const { id, contactId } of customers) {
      const others = customers.filter((each) => contactId && each.contactId === contactId);
      const name = others.length > 0 ? others.map((each) => each.id).join('+') : id;
      this.#named.set(id, name);
      if (!this.contacts.has(name)) {
        this.record(name, { type: 'known', at });
        for (const each of this.#allRecovered) this.record(name, { type: 'recovered', ofAll: true, ...each });
      }
    }
  }

  #scope({ affectedCustomers = [], affectedCustomerCount = this.#count }: Body, at: Date): void {
    this.#scopedAt = at;
    this.#name(
      affectedCustomers.filter(({ id }: Body) => !this.#named.has(id)),
      at,
    );
    this.#recount(affectedCustomerCount, at);
  }

  /** Those who are counted and not named are one contact. */
  #recount(count: number | undefined, at: Date): void {
    this.#count = count;
    const isCounted = (count ?? 0) > this.#named.size;
    if (isCounted !== (this.#isCounted ?? false)) this.record('others', { type: 'counted', isCounted, at });
    if (isCounted || this.#isCounted !== undefined) this.#isCounted = isCounted;
  }

  #correct({ field, value }: Body): void {
    if (field === 'ongoing') this.#ongoing = value;
    if (field === 'occurredAt') this.#isHigh = this.#isRecent(value);
    if (field === 'affectedCustomerCount') this.#recount(value, this.now);
  }

  #verify({ happened, ongoing }: Body, at: Date): void {
    const isOld = this.#lastSeenAt !== undefined && at < this.#lastSeenAt;
    if (happened === 'no' && !isOld) {
      this.schedule({ type: 'not-occurring', at });
      this.#status = 'not-occurring';
      this.#ongoing = 'no';
    }
    const isOver = this.#recoveredAt !== undefined && at < this.#recoveredAt;
    if (ongoing === 'yes' && !isOver) this.#reopenAt(at, this.#status !== 'open', 'yes');
    else if (ongoing === 'no' && !isOld) this.#ongoing = 'no';
    else if (happened === 'yes' && !isOver) this.#reopenAt(at, this.#status === 'not-occurring', 'unknown');
  }

  #reopenAt(at: Date, isOver: boolean, ongoing: string): void {
    this.#ongoing = ongoing;
    if (!isOver) return;
    this.#status = 'open';
    this.#recoveredAt = undefined;
    this.#lastSeenAt = at;
    this.schedule({ type: 'reopened', at });
  }

  /** It has recovered with the last of its customers. */
  #settle(): void {
    if (this.#status === 'not-occurring') return;
    const affected = [...this.contacts.keys()].filter((name) => name !== 'others' || this.#isCounted);
    const times = affected.map((name) => this.clockOf(name).recoveredAt);
    const isForNobody = times.length === 0 && this.#allRecovered.length > 0;
    const isOver = isForNobody || (times.length > 0 && times.every(Boolean));
    this.#status = isOver ? 'recovered' : 'open';
    this.#recoveredAt = isOver ? new Date(Math.max(...times.map(Number), 0)) : undefined;
  }

  override alsoTold(): string[] {
    const kinds = this.notices.length === 0 ? ['incident-filed'] : [];
    const incident: Body = {
      kind: 'incident',
      status: this.#status,
      id: 'inc_1',
      filedAt: this.filedAt,
      receivedAt: this.filedAt,
      scopedAt: this.#scopedAt,
      impact: { affectedCustomerCount: this.#count },
      ongoing: this.#isUrgent ? 'yes' : 'no',
      urgency: { level: this.#isUrgent ? 'high' : 'low' },
    };
    const slot = scopeSlot(incident, this.contacts.size, this.#scopeDueAt, policy);
    if (!slot || slot.remindAt > this.now) return kinds;
    this.#scopeDueAt = slot.dueAt;
    this.#scopeAsks += 1;
    // Asked for in vain twice, it is escalated.
    return [...kinds, ...(this.#scopeAsks === 3 ? ['escalation'] : []), 'scope-due'];
  }
}

export interface SeenOfClocks {
  due: string;
  recoveries: string;
  slots: string;
  told: string[];
}

export function playOnClocks(row: Row): SeenOfClocks {
  const record = new SmallRecord(ticketOf('T-1', row.ticket));
  for (const [time, steps] of stepsOf(row)) {
    record.until(new Date(instant(time)));
    for (const each of steps) record.say(each);
  }
  record.until(new Date(instant(lookedAt(row))));
  const clocks = [...record.contacts.keys()].sort().map((name) => ({ name, clock: record.clockOf(name) }));
  const iso = (date: Date | null | undefined): string => clockTime(date?.toISOString());
  const count = (outcome: string): number =>
    clocks.flatMap(({ clock }) => clock.pastSlots).filter((slot) => slot.outcome === outcome).length;
  return {
    due: clocks
      .map(
        ({ name, clock: { stoppedAt, nextUpdateDueAt: due } }) =>
          `${name} ${stoppedAt ? `over ${iso(stoppedAt)}` : iso(due)}`,
      )
      .join(', '),
    recoveries: clocks.map(({ name, clock }) => `${name} ${iso(clock.recoveredAt)}`).join(', '),
    slots: ['met', 'late', 'missed', 'not-reminded']
      .flatMap((outcome) => (count(outcome) > 0 ? [`${count(outcome)} ${outcome}`] : []))
      .join(', '),
    told: record.notices.map((each) => [iso(each.at), each.kinds[0], each.customers.join(' ')].join(' ').trim()),
  };
}
