import type { Driven, LocalClock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { Channel } from './channels.ts';
import type { IncidentStore, Notification } from './incident-store.ts';
import { notify } from './notify.ts';
import type { ResourceStore } from './resource-store.ts';

/** Sent at once and, while the channel does not take it, again after 10, 20, 40 and 80 s; then dropped. */
const mostAttempts = 5;
const firstRetryMs = 10_000;

/** Sends what incidents have to say, one message at a time and in order for each channel. */
export class Notifier implements Driven {
  readonly #incidents: IncidentStore;
  readonly #channels: ResourceStore<Channel>;
  readonly #clock: LocalClock;
  readonly #faults: Faults;
  readonly #senders: Parameters<typeof notify>[0];
  readonly #underWay = new Set<number>();

  constructor(
    incidents: IncidentStore,
    channels: ResourceStore<Channel>,
    clock: LocalClock,
    faults: Faults,
    senders: Parameters<typeof notify>[0],
  ) {
    this.#incidents = incidents;
    this.#channels = channels;
    this.#clock = clock;
    this.#faults = faults;
    this.#senders = senders;
  }

  nextDueAt(): number | undefined {
    return this.#underWay.size > 0 ? undefined : this.#incidents.nextNotificationAt();
  }

  async runDue(now: number): Promise<void> {
    if (this.#underWay.size > 0) return;
    const byChannel = Map.groupBy(this.#incidents.dueNotifications(now), ({ channel }) => channel);
    await Promise.all([...byChannel.values()].map((notifications) => this.#sendInOrder(notifications)));
  }

  async #sendInOrder(notifications: readonly Notification[]): Promise<void> {
    for (const notification of notifications) this.#underWay.add(notification.id);
    for (const notification of notifications) {
      try {
        await this.#send(notification);
      } finally {
        this.#underWay.delete(notification.id);
      }
    }
  }

  async #send(notification: Notification): Promise<void> {
    const channel = this.#channels.get(notification.channel);
    if (!channel || (channel.enabled && channel.enabled.value !== true)) {
      this.#incidents.dequeue(notification);
      return;
    }
    const fault = this.#faults.take('monitoring.notify', channel.type);
    const send = () => notify(this.#senders, channel, notification.body);
    if (fault?.effect === 'delay') {
      this.#incidents.postpone(notification, this.#clock.now() + (fault.delayMs ?? 1_000));
      return;
    }
    let wasTaken = fault?.effect === 'hang';
    if (fault?.effect === 'double') await send();
    if (fault?.effect !== 'fail' && fault?.effect !== 'hang') wasTaken = await send();
    if (fault?.effect === 'fail-after' || fault?.effect === 'hang-after') wasTaken = false;
    if (wasTaken || notification.attempts + 1 >= mostAttempts) this.#incidents.dequeue(notification);
    else this.#incidents.postpone(notification, this.#clock.now() + firstRetryMs * 2 ** notification.attempts);
  }
}
