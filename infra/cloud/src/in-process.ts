/**
 * Channels to methods of this very process. Clients call through them as they do over a connection, with the same
 * messages in the same bytes, headers, deadlines and statuses; there is no HTTP/2 beneath, which takes longer than most
 * of what is asked for here.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type ChannelInterface as Channel,
  connectivityState,
  type Deadline,
  Metadata,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import { asStatus, type Method } from './grpc.ts';

type ClientCall = ReturnType<Channel['createCall']>;
type Listener = Parameters<ClientCall['start']>[1];

/** The name of a caller without a port. */
const peer = 'in-process';

/** The longest delay of `setTimeout`; longer deadlines are ignored. */
const longestTimeoutMs = 2 ** 31 - 1;

export class InProcess {
  readonly #methods = new Map<string, Method>();
  readonly #open = new Set<OpenCall>();
  /** Methods run as what they belong to, and in no caller's context. */
  readonly #outside = AsyncLocalStorage.snapshot();
  readonly #waiting: (() => void)[] = [];
  #isClosed = false;

  add(methods: Record<string, Method>): void {
    for (const method of Object.values(methods)) this.#methods.set(method.definition.path, method);
  }

  /** From here on, new and unanswered calls end as CANCELLED, so their callers do not retry. */
  close(): void {
    this.#isClosed = true;
    for (const call of this.#open) call.end(stopped());
  }

  /** @param target the address that the channel replaces */
  channel(target: string): Channel {
    return {
      close: () => undefined,
      getTarget: () => target,
      getConnectivityState: () => (this.#isClosed ? connectivityState.SHUTDOWN : connectivityState.READY),
      watchConnectivityState: () => undefined,
      getChannelzRef: () => ({ kind: 'channel', id: 0, name: target }),
      createCall: (path: string, deadline: Deadline) => this.#call(path, deadline),
    } as Channel;
  }

  /**
   * One call in a turn of the event loop, which takes one new connection a turn
   * (github.com/libuv/libuv/pull/3696): where 200 calls began in one, a client that connected meanwhile waited for 15 s.
   */
  #inTurn(begin: () => void): void {
    this.#waiting.push(begin);
    if (this.#waiting.length > 1) return;
    const next = (): void => {
      this.#waiting[0]?.();
      this.#waiting.shift();
      if (this.#waiting.length > 0) setImmediate(next);
    };
    setImmediate(next);
  }

  #call(path: string, deadline: Deadline): ClientCall {
    const method = this.#methods.get(path);
    // A client of a missing method gets its answer before it has finished sending: a stream in both directions never finishes.
    const isAtOnce = method?.definition.requestStream ?? true;
    const call = new OpenCall(deadline, isAtOnce, (request, metadata) => {
      if (this.#isClosed) call.end(stopped());
      else if (!method) call.end({ code: status.UNIMPLEMENTED, details: `There is no ${path} here.` });
      else this.#inTurn(() => this.#outside(() => void answer(method, call, request, metadata)));
    });
    this.#open.add(call);
    call.onEnd = () => void this.#open.delete(call);
    return call;
  }
}

const stopped = () => ({ code: status.CANCELLED, details: 'The local cloud has stopped.' });

async function answer({ definition, answer: give }: Method, call: OpenCall, bytes: Buffer, metadata: Metadata) {
  try {
    const request = definition.requestDeserialize(bytes);
    await give({ request, metadata, peer }, (message) => call.receive(definition.responseSerialize(message)));
    call.end({ code: status.OK, details: 'OK' });
  } catch (error) {
    if (definition.responseStream) call.receiveHeaders();
    call.end(asStatus(error));
  }
}

/** One call, as its client holds it. It is given as many messages as it has asked for, and then its status. */
class OpenCall implements ClientCall {
  onEnd: () => void = () => undefined;
  readonly #begin: (request: Buffer, metadata: Metadata) => void;
  readonly #isAtOnce: boolean;
  readonly #timeout: NodeJS.Timeout | undefined;
  readonly #isLate: boolean;
  readonly #inContext = AsyncLocalStorage.snapshot();
  readonly #messages: Buffer[] = [];
  #metadata = new Metadata();
  #listener: Listener | undefined;
  #request: Buffer = Buffer.alloc(0);
  #asked = 0;
  #hasHeaders = false;
  #status: StatusObject | undefined;
  #isTold = false;

  constructor(deadline: Deadline, isAtOnce: boolean, begin: (request: Buffer, metadata: Metadata) => void) {
    this.#begin = begin;
    this.#isAtOnce = isAtOnce;
    const leftMs = Number(deadline) - Date.now();
    this.#isLate = leftMs <= 0;
    if (this.#isLate || leftMs > longestTimeoutMs) return;
    this.#timeout = setTimeout(() => this.#exceed(), leftMs);
  }

  start(metadata: Metadata, listener: Listener): void {
    this.#metadata = metadata;
    this.#listener = listener;
    if (this.#isAtOnce) this.#ask();
  }

  sendMessageWithContext(context: { callback?: (error?: Error | null) => void }, message: Buffer): void {
    this.#request = message;
    if (context.callback) process.nextTick(context.callback);
  }

  halfClose(): void {
    if (!this.#isAtOnce) this.#ask();
  }

  #ask(): void {
    if (this.#isLate) this.#exceed();
    else this.#begin(this.#request, this.#metadata);
  }

  startRead(): void {
    this.#asked += 1;
    this.#tell();
  }

  receiveHeaders(): void {
    if (this.#hasHeaders || this.#status) return;
    this.#hasHeaders = true;
    this.#inContext(() => this.#listener?.onReceiveMetadata(new Metadata()));
  }

  receive(message: Buffer): void {
    if (this.#status) return;
    this.receiveHeaders();
    this.#messages.push(message);
    this.#tell();
  }

  end({ code, details }: { code: status; details: string }): void {
    if (this.#status) return;
    this.#status = { code, details, metadata: new Metadata() };
    clearTimeout(this.#timeout);
    this.onEnd();
    this.#tell();
  }

  /** A client that cancels gets nothing more; its request is still carried out. */
  cancelWithStatus(code: status, details: string): void {
    if (this.#isTold) return;
    // Also if the answer is complete but has not been read to its end.
    this.#messages.length = 0;
    this.#status = undefined;
    this.end({ code, details });
  }

  #exceed(): void {
    this.cancelWithStatus(status.DEADLINE_EXCEEDED, 'Deadline exceeded');
  }

  #tell(): void {
    while (this.#asked > 0 && this.#messages.length > 0) {
      this.#asked -= 1;
      const message = this.#messages.shift();
      this.#inContext(() => this.#listener?.onReceiveMessage(message));
    }
    if (!this.#status || this.#messages.length > 0 || this.#isTold) return;
    this.#isTold = true;
    const { ...ended } = this.#status;
    process.nextTick(() => this.#inContext(() => this.#listener?.onReceiveStatus(ended)));
  }

  getPeer(): string {
    return peer;
  }

  getCallNumber(): number {
    return 0;
  }

  getAuthContext(): null {
    return null;
  }

  /** There are no listeners. */
  setCredentials(): void {}
}
