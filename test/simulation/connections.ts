/**
 * The TCP connections between the instances and what they call, both ends of which are in this process. What one end has
 * sent and the other has not received is still on its way: that is how it is known when all has arrived.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { currentInstance, type Instance } from './instances.ts';

interface Handle {
  bytesRead: number;
  bytesWritten: number;
}

interface End {
  socket: Socket;
  /** HTTP/2 takes it over, and then it alone keeps counting. */
  handle: Handle | undefined;
  holder: Instance | undefined;
  /** Of one that has made a connection: who took it. Asked for once, as this is looked at in every turn. */
  other: End | undefined;
}

export class Connections {
  readonly #near = new Map<Socket, End>();
  readonly #far = new Map<Socket, End>();

  constructor() {
    subscribe('net.client.socket', (message) => this.#keep(this.#near, message, currentInstance()));
    subscribe('net.server.socket', (message) => this.#keep(this.#far, message, undefined));
  }

  #keep(ends: Map<Socket, End>, message: unknown, holder: Instance | undefined): void {
    const { socket } = message as { socket: Socket };
    if (holder?.isAlive === false) {
      process.nextTick(() => socket.destroy());
      return;
    }
    ends.set(socket, { socket, handle: undefined, holder, other: undefined });
    socket.once('close', () => ends.delete(socket));
  }

  /** Who holds the connection between these two ports. One port may have connections to several servers. */
  holderOf(clientPort: number, serverPort: number): Instance | undefined {
    for (const { socket, holder } of this.#near.values()) {
      if (socket.localPort === clientPort && socket.remotePort === serverPort) return holder;
    }
    return undefined;
  }

  /** Grows with every byte; undefined while one is on its way, or a connection is being made or ended. */
  moved(): number | undefined {
    if (this.#near.size !== this.#far.size) return undefined;
    let sum = 0;
    for (const end of this.#near.values()) {
      const handle = handleOf(end);
      if (!handle || end.socket.connecting) return undefined;
      end.other ??= this.#otherOf(end);
      if (!end.other || !this.#far.has(end.other.socket)) return undefined;
      const other = handleOf(end.other);
      if (!other || other.bytesRead !== handle.bytesWritten || other.bytesWritten !== handle.bytesRead)
        return undefined;
      sum += handle.bytesRead + handle.bytesWritten;
    }
    return sum;
  }

  #otherOf({ socket: { localPort, remotePort } }: End): End | undefined {
    for (const end of this.#far.values())
      if (end.socket.remotePort === localPort && end.socket.localPort === remotePort) return end;
    return undefined;
  }

  /** Ends the connections of one that has died; those that it still tries to make end before anything is sent. */
  cut(dead: Instance): void {
    for (const { socket, holder } of this.#near.values()) if (holder === dead) socket.destroy();
  }

  describe(): string {
    const show = (ends: Map<Socket, End>, port: 'localPort' | 'remotePort') =>
      [...ends.values()].map((end) => {
        const { bytesRead, bytesWritten } = handleOf(end) ?? {};
        return `${end.socket[port]} of i${end.holder?.number ?? '?'} read ${bytesRead} wrote ${bytesWritten}`;
      });
    return JSON.stringify({ near: show(this.#near, 'localPort'), far: show(this.#far, 'remotePort') });
  }
}

function handleOf(end: End): Handle | undefined {
  end.handle ??= (end.socket as unknown as { _handle?: Handle })._handle;
  return end.handle;
}
