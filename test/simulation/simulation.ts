/**
 * One run: the real functions in instances that die, on the local cloud, in a time that passes only when all that could
 * arrive has arrived. Whatever happens next is drawn from one seed, so the same seed goes the same way.
 */

import { createHash } from 'node:crypto';
import type { LocalCloud } from '../../infra/cloud/src/cloud.ts';
import { type ArrivedCall, type Gate, GrpcError } from '../../infra/cloud/src/grpc.ts';
import { provisionLocally } from '../../infra/local/provision.ts';
import { startLocalCloud } from '../../infra/local/start-cloud.ts';
import { Agenda } from './agenda.ts';
import { minuteMs } from './calendar.ts';
import { describeCall } from './call-names.ts';
import { openChannel, type Posted } from './channel.ts';
import { Connections } from './connections.ts';
import { DrawnFaults } from './drawn-faults.ts';
import { Fleet, nameOf } from './fleet.ts';
import { historian } from './history.ts';
import { idlenessOf, project } from './idleness.ts';
import { type Response as Answered, currentInstance, type Instance, Version } from './instances.ts';
import { Random } from './random.ts';
import { lastGauges, Records } from './records.ts';
import { Outside } from './remote/outside.ts';
import type { RemoteName } from './remote/services.ts';
import { openShop } from './shop.ts';
import type { Act, Answer, Call, Delivered, Oracle, RemoteViews, Stage, World } from './stage.ts';
import { describeFate, type FaultKind, Strikes } from './strikes.ts';
import { Trace } from './trace.ts';
import { createVirtualTime, installVirtualTime, turn, type VirtualTimers } from './virtual-time.ts';

/** Each serves all functions. */
const instanceCount = 2;
/** So many turns of the event loop in which it does not come to rest mean that something is wrong. */
const mostTurns = 100_000;
const secondMs = 1_000;
/** A sender that has no answer by then gives up. */
const senderWaitsMs = 70 * secondMs;
/** Work outside of sockets and timers that the event loop waits for: files, names, connections being made. */
const atWork = /^(FSReq|GetAddrInfo|GetNameInfo|TCPConnect|WriteWrap|ShutdownWrap)|ReqWrap$/;
/** What functions answer to, so that a push finds its way; nobody listens there. */
const functionsPort = 8080;

/** A call that waits at the local cloud's door. */
interface HeldCall {
  call: ArrivedCall;
  name: string;
  /** Does the work. */
  work(): Promise<void>;
  answer(): void;
  refuse(code: 'UNAVAILABLE' | 'DEADLINE_EXCEEDED' | 'ABORTED'): void;
}

export interface SimulationOptions {
  seed: number;
  faults: ReadonlySet<FaultKind>;
  /** The services outside that there are. Where anything fails, they do. */
  remote?: readonly RemoteName[];
  world: World;
  oracle: Oracle;
  /** The version that is there, and the next one. */
  bundles: readonly [string, string];
  /** The secrets that the world's senders have. */
  environment: Record<string, string>;
  /** Once the world has ended and faults have: when the last of the bundles is to be expected, epoch milliseconds. */
  until: number;
  /** Ends as the first broken promise is seen, and does not list all. */
  endsAtFirst?: boolean;
  onProgress?(share: number): void;
  onStep?(line: string): void;
}

/** A promise that was broken, and when that was seen: most are judged at the end. */
export interface Violation {
  /** Epoch milliseconds. */
  at: number;
  step: number;
  what: string;
}

export interface Outcome {
  /** All of them: a run continues after the first. */
  violations: Violation[];
  steps: number;
  hash: string;
  /** The steps before the first violation was seen. */
  last: readonly string[];
  counts: Record<string, number>;
  struck: Record<string, number>;
}

export class Simulation implements Stage {
  readonly #options: SimulationOptions;
  readonly #random: Random;
  readonly #strikes: Strikes;
  readonly #agenda = new Agenda();
  readonly #trace: Trace;
  readonly #connections = new Connections();
  readonly #delivered: Delivered[] = [];
  readonly #counts: Record<string, number> = { requests: 0, published: 0, calls: 0, pushes: 0, notices: 0 };
  readonly #arrived: HeldCall[] = [];
  readonly #posted: Posted[] = [];
  readonly #outside: Outside;
  readonly #violations: Violation[] = [];
  #lastBefore: readonly string[] | undefined;
  #refusalCount = 0;
  #cloud!: LocalCloud;
  readonly #environment: Record<string, string> = {};
  #fleet!: Fleet;
  readonly #historian = historian();
  #now: number;
  #records!: Records;
  #timers!: VirtualTimers;
  #isProvisioned = false;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = new Random(`simulation ${options.seed}`);
    const { start, end } = options.world;
    this.#strikes = new Strikes(new Random(`strikes ${options.seed}`), options.faults, start, end);
    const { seed, faults, remote: names = [] } = options;
    this.#outside = new Outside({ seed, names, start, end, failing: faults.size > 0 });
    this.#trace = new Trace(options.onStep);
    this.#now = start;
  }

  // What the world and the oracle see.

  now(): number {
    return this.#now;
  }

  delivered(): readonly Delivered[] {
    return this.#delivered;
  }

  outages(): ReturnType<Stage['outages']> {
    return this.#strikes.outages;
  }

  documents(): ReturnType<Stage['documents']> {
    return this.#historian(this.#records.all());
  }

  remote(): RemoteViews {
    return this.#outside.views;
  }

  gauges(): ReturnType<Stage['gauges']> {
    return lastGauges(this.#cloud.monitoring.series());
  }

  send(call: Call): Promise<Answer | undefined> {
    const sentAt = this.now();
    this.#outside.hear(call);
    return new Promise((resolve) => {
      let isOver = false;
      const finish = (answer: Answer | undefined): void => {
        if (isOver) return;
        isOver = true;
        this.#options.oracle.observe(call, answer, sentAt);
        resolve(answer);
      };
      this.#later(this.#strikes.latencyMs(this.now()), () =>
        call.kind === 'publish' ? this.#publish(call, finish) : this.#request(call, finish),
      );
      this.#later(senderWaitsMs, () => finish(undefined));
    });
  }

  // The run.

  async run(): Promise<Outcome> {
    const { world, oracle, until, endsAtFirst } = this.#options;
    await this.#start();
    for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error) => this.#crash(error));
    for (const act of world.acts.toSorted((a, b) => a.at - b.at)) this.#plan(act);
    this.#later(minuteMs, () => this.#everyMinute());
    const isDecided = (): boolean => endsAtFirst === true && this.#violations.length > 0;
    await this.#go(isDecided, world.end);
    this.#strikes.end();
    this.#outside.strikes?.end();
    await this.#go(isDecided, until);
    let isFinished = isDecided();
    const finish = (violations: readonly string[]): void => {
      this.#break(violations);
      isFinished = true;
    };
    if (!isFinished) {
      oracle.finish(this).then(finish, (error: Error) => finish([`The oracle itself failed: ${error.stack}`]));
    }
    await this.#go(() => isFinished, Number.POSITIVE_INFINITY);
    return {
      violations: this.#violations,
      steps: this.#trace.steps,
      hash: this.#trace.hash(),
      last: this.#lastBefore ?? this.#trace.last,
      counts: { ...this.#counts, deaths: this.#fleet.deaths, documents: this.documents().size },
      struck: Object.fromEntries([
        ...this.#strikes.counts,
        ...[...(this.#outside.strikes?.counts ?? [])].map(([effect, times]) => [`remote ${effect}`, times] as const),
      ]),
    };
  }

  async #start(): Promise<void> {
    const { seed, bundles, world } = this.#options;
    const url = await openChannel((posted) => void this.#posted.push(posted));
    await this.#outside.listen();
    Object.assign(this.#environment, {
      ...this.#outside.environment,
      GOOGLE_CLOUD_PROJECT: project,
      METADATA_SERVER_DETECTION: 'none',
      METRONOME_LOCAL: '1',
      ...this.#options.environment,
      CONSOLE_URL: 'https://metronome.example/console',
      NOTIFY_CHANNELS: JSON.stringify([{ kind: 'inbox', url, allowPrivate: true }, ...this.#outside.channels]),
    });
    this.#cloud = await startLocalCloud({
      port: 0,
      faults: new DrawnFaults(this.#strikes, this.#outside.strikes, () => this.now()),
      gate: this.#gate,
      fetch: this.#fetch,
      onPublish: (topic, data) => this.#observePublished(topic, data),
      idleness: idlenessOf(() => this.#cloud, this.#strikes, {
        readEveryMs: this.#outside.readEveryMs,
        writesToNotion: this.#environment.NOTION_DATABASES !== undefined,
      }),
    });
    const host = `127.0.0.1:${this.#cloud.port}`;
    const hosts = { FIRESTORE_EMULATOR_HOST: host, PUBSUB_EMULATOR_HOST: host, MONITORING_EMULATOR_HOST: host };
    Object.assign(this.#environment, hosts);
    this.#records = new Records(this.#cloud.db, () => this.#cloud.firestore.operations.version);
    // Before anything is made: names of alert policies and ids of their alerts follow from when they were.
    this.#cloud.clock.set(world.start);
    this.#cloud.clock.hold();
    this.#cloud.clock.moveHeld(world.start);
    const ports = { functions: functionsPort, cloud: this.#cloud.port };
    await provisionLocally(project, ports, this.#environment);
    openShop(this.#cloud.iam);
    this.#openOutside();
    this.#isProvisioned = true;
    this.#step(`provisioned ${this.#provisioned()}`);
    const now = () => this.now();
    const time = createVirtualTime({ now, wallClock: now, random: new Random(`cloud ${seed}`) });
    installVirtualTime(time);
    this.#timers = time.timers;
    this.#cloud.clock.moveHeld(world.start);
    this.#fleet = new Fleet(
      {
        seed,
        versions: [...new Set(bundles)].map((path) => new Version(path)),
        environment: this.#environment,
        strikes: this.#strikes,
        random: this.#random,
        now,
        onStep: (what) => this.#step(what),
        onDeath: (instance) => this.#bury(instance),
      },
      new Random(`instances ${seed}`),
    );
    for (let count = 0; count < instanceCount; count += 1) this.#fleet.launch();
  }

  #openOutside(): void {
    const { db, clock, faults } = this.#cloud;
    const doors = `http://127.0.0.1:${functionsPort}`;
    const around = { db, clock, faults, fetch: this.#fetch, environment: () => this.#environment, doors: () => doors };
    for (const driven of this.#outside.open(around)) clock.drive(driven);
  }

  /** A digest of what there is, as far as what is to happen depends on it. */
  #provisioned(): string {
    const { db } = this.#cloud;
    const tables = ['monitoring_resources', 'pubsub_subscriptions', 'scheduler_jobs'];
    const rows = tables.map((each) => db.prepare(`SELECT * FROM ${each}`).all());
    return createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, 16);
  }

  /** Lets happen what is next, again and again, until `isDone` or `limit` is reached. */
  async #go(isDone: () => boolean, limit: number): Promise<void> {
    for (;;) {
      await this.#rest();
      this.#collect();
      if (isDone()) return;
      const at = Math.max(this.now(), this.#nextAt());
      if (at > limit) {
        this.#moveTo(Math.max(this.now(), limit));
        return;
      }
      this.#moveTo(at);
      // What fails in here, such as the oracle as it observes, is told as any other broken promise.
      await this.#happen(at).catch((error: unknown) => this.#crash(error));
    }
  }

  /** Resolves when nothing happens any more: whatever was sent has arrived, and nobody is at work on it. */
  async #rest(): Promise<void> {
    let before: number | undefined;
    for (let quietTurns = 0, turns = 0; quietTurns < 2; turns += 1) {
      if (turns > mostTurns) throw new Error(`No rest: ${this.#connections.describe()}`);
      await turn();
      const after = this.#stirring();
      quietTurns = after !== undefined && after === before ? quietTurns + 1 : 0;
      before = after;
    }
  }

  /** Grows with all that happens; undefined while something is at work. */
  #stirring(): number | undefined {
    const moved = this.#connections.moved();
    const all = [this.#timers, ...this.#fleet.alive.map((each) => each.time.timers)];
    if (moved === undefined || all.some((each) => each.hasImmediates)) return undefined;
    if (process.getActiveResourcesInfo().some((each) => atWork.test(each))) return undefined;
    return all.reduce((sum, each) => sum + each.activity, moved);
  }

  #nextAt(): number {
    const timers = [this.#timers.nextAt(), ...this.#fleet.alive.map((each) => each.time.timers.nextAt())];
    const times = [this.#agenda.nextAt(), this.#cloud.clock.nextDueAt(), ...timers].filter((at) => at !== undefined);
    return Math.min(...times);
  }

  /** The clock starts what is due by itself. */
  #moveTo(at: number): void {
    this.#now = at;
    this.#cloud.clock.moveHeld(at);
  }

  async #happen(at: number): Promise<void> {
    const isDue = (time: number | undefined): boolean => time !== undefined && time <= at;
    if (isDue(this.#agenda.nextAt())) {
      await this.#agenda.take()?.run();
      return;
    }
    if (isDue(this.#timers.nextAt())) {
      this.#timers.fire();
      return;
    }
    const instance = this.#fleet.alive.find((each) => isDue(each.time.timers.nextAt()));
    instance?.time.timers.fire();
  }

  #later(afterMs: number, run: () => Promise<void> | void, of?: object): void {
    this.#agenda.add(this.now() + afterMs, run, of);
  }

  #step(what: string): void {
    this.#trace.add(this.now(), what);
  }

  /** Puts what has arrived meanwhile on the agenda, in an order that does not depend on who was faster. */
  #collect(): void {
    const holderOf = (ports: [number, number]): Instance | undefined => this.#connections.holderOf(...ports);
    const { port } = this.#cloud;
    const calls = this.#arrived.splice(0).map((held) => ({ held, holder: holderOf([portOf(held.call.peer), port]) }));
    calls.sort((a, b) => numberOf(a.holder) - numberOf(b.holder) || compare(a.held.name, b.held.name));
    for (const { held, holder } of calls) {
      this.#later(this.#strikes.latencyMs(this.now()), () => this.#call(held, holder), holder);
    }
    const posts = this.#posted.splice(0).map((posted) => ({ posted, holder: holderOf(posted.ports) }));
    posts.sort((a, b) => numberOf(a.holder) - numberOf(b.holder) || compare(a.posted.notice.id, b.posted.notice.id));
    for (const { posted, holder } of posts) {
      this.#later(this.#strikes.latencyMs(this.now()), () => this.#take(posted, holder), holder);
    }
    const asked = this.#outside.takeAsked().map((each) => ({ each, holder: holderOf(each.ports) }));
    asked.sort((a, b) => numberOf(a.holder) - numberOf(b.holder) || compare(a.each.name, b.each.name));
    for (const { each, holder } of asked) {
      const answer = (): void => {
        this.#step(`${nameOf(holder)} ${each.name}`);
        void each.answer();
      };
      this.#later(this.#strikes.latencyMs(this.now()), answer, holder);
    }
    for (const { instance, deliver } of this.#fleet.takeAnswered())
      this.#later(this.#strikes.latencyMs(this.now()), deliver, instance);
  }

  // Calls to the cloud.

  #gate: Gate = <T>(call: ArrivedCall, work: () => T | Promise<T>): Promise<T> => {
    if (!this.#isProvisioned) return Promise.resolve().then(work);
    return new Promise<T>((resolve, reject) => {
      let outcome: Promise<T> | undefined;
      this.#arrived.push({
        call,
        name: describeCall(call.target, call.request),
        work: () => {
          outcome = Promise.resolve().then(work);
          return outcome.then(
            () => undefined,
            () => undefined,
          );
        },
        answer: () => void outcome?.then(resolve, reject),
        refuse: (code) => reject(new GrpcError(code, `simulated: ${call.target}`)),
      });
    });
  };

  async #call(held: HeldCall, holder: Instance | undefined): Promise<void> {
    const fate = this.#strikes.ofCall(held.call.target, this.now());
    this.#counts.calls = (this.#counts.calls ?? 0) + 1;
    this.#step(`${nameOf(holder)} ${held.name}${describeFate(fate)}`);
    if (fate.kind === 'pass') {
      void held.work();
      held.answer();
      return;
    }
    if (fate.when === 'after') {
      // It may wait for others' locks: it is then done when they let go, and nobody hears of it.
      const work = held.work();
      if (fate.kind === 'fail') void work.then(() => held.refuse(fate.code));
      await Promise.race([work, turn()]);
    } else if (fate.kind === 'fail') held.refuse(fate.code);
    if (fate.kind === 'die' && holder) this.#fleet.kill(holder);
  }

  #bury(instance: Instance): void {
    this.#connections.cut(instance);
    // What it had sent is on its way, and may still arrive.
    this.#agenda.drop(instance, () => this.#random.chance(0.5));
  }

  // Requests to the functions.

  #request(call: Call & { kind: 'http' }, finish: (answer: Answer | undefined) => void): void {
    this.#counts.requests = (this.#counts.requests ?? 0) + 1;
    const { method, path, headers, body = '' } = call;
    this.#fleet.handle(`${method} ${path}`, { method, path, headers, body }, (answer) =>
      finish(answer && toAnswer(answer)),
    );
  }

  #publish(
    { topic, data, attributes }: Call & { kind: 'publish' },
    finish: (answer: Answer | undefined) => void,
  ): void {
    this.#counts.published = (this.#counts.published ?? 0) + 1;
    const fate = this.#strikes.ofCall('pubsub.Publish', this.now());
    this.#step(`world publish ${topic}${describeFate(fate)}`);
    if (fate.kind === 'pass' || fate.when === 'after') {
      this.#cloud.pubsub.publish(`projects/${project}/topics/${topic}`, Buffer.from(data), attributes);
    }
    finish(fate.kind === 'pass' ? { status: 200, headers: {}, body: undefined } : undefined);
  }

  /** Cloud Monitoring says the same by its Pub/Sub channel as by its webhook: whichever is first makes the incident. */
  #observePublished(name: string, data: Uint8Array): void {
    const topic = name.slice(name.lastIndexOf('/') + 1);
    const call: Call = { kind: 'publish', topic, data: Buffer.from(data).toString('utf8') };
    this.#options.oracle.observe(call, { status: 200, headers: {}, body: undefined }, this.now());
  }

  /** Pushes, and what Cloud Monitoring notifies. */
  #fetch: typeof fetch = (input, init = {}) => {
    const url = new URL(input as string);
    const request = {
      method: init.method ?? 'GET',
      path: url.pathname + url.search,
      headers: init.headers as Record<string, string>,
      body: init.body as string,
    };
    this.#counts.pushes = (this.#counts.pushes ?? 0) + 1;
    const sentAt = this.now();
    return new Promise<Response>((resolve, reject) => {
      const lost = (): void => reject(new TypeError('The connection is lost.'));
      init.signal?.addEventListener('abort', lost);
      // Cloud Monitoring asks first without its password, and is told to send it.
      const isAlert = url.pathname === '/alerts' && request.headers.authorization !== undefined;
      const isToolsOwn = url.pathname.startsWith('/tickets/');
      const done = (answer: Answered | undefined): void => {
        if (isAlert || isToolsOwn)
          this.#options.oracle.observe(
            { ...request, kind: 'http', method: 'POST' },
            answer && toAnswer(answer),
            sentAt,
          );
        if (answer)
          resolve(
            new Response(answer.status === 204 ? null : answer.body, {
              status: answer.status,
              headers: plainHeaders(answer),
            }),
          );
        else lost();
      };
      const what = `push ${url.pathname.split('/')[1]}`;
      for (let copies = this.#strikes.isDoubled() ? 2 : 1; copies > 0; copies -= 1) {
        this.#later(this.#strikes.latencyMs(this.now()), () => this.#fleet.handle(what, request, done));
      }
    });
  };

  // The channel.

  #take({ notice, answer }: Posted, holder: Instance | undefined): void {
    const fate = this.#strikes.ofNotice(this.now());
    this.#step(`${nameOf(holder)} notice ${notice.kind} ${notice.id} ${fate}`);
    if (fate === 'takes' || fate === 'loses') {
      this.#counts.notices = (this.#counts.notices ?? 0) + 1;
      this.#delivered.push({ ...notice, deliveredAt: new Date(this.now()).toISOString() });
    }
    if (fate === 'takes') answer(200);
    else if (fate === 'loses') answer(undefined);
    else if (fate === 'refuses') answer(503);
  }

  /** What one that has died leaves behind is nobody's concern any more. */
  #crash(error: unknown): void {
    if (currentInstance()?.isAlive === false) return;
    this.#break([`Nobody caught ${error instanceof Error ? error.stack : String(error)}`]);
  }

  // The world.

  #plan(act: Act): void {
    this.#agenda.add(Math.max(this.now(), act.at), () => {
      this.#step(`act ${act.name}`);
      act.run(this).then(
        (more) => {
          for (const each of more) if (each.at < this.#options.world.end) this.#plan(each);
          this.#check();
        },
        (error: Error) => this.#break([`The world itself failed in “${act.name}”: ${error.stack}`]),
      );
    });
  }

  #check(): void {
    const refusals = this.#cloud.iam.refusalsIn(project);
    this.#break([...this.#options.oracle.check(this), ...refusals.slice(this.#refusalCount)]);
    this.#refusalCount = refusals.length;
  }

  #break(sentences: readonly string[]): void {
    if (sentences.length > 0) this.#lastBefore ??= [...this.#trace.last];
    for (const what of sentences) this.#violations.push({ at: this.now(), step: this.#trace.steps, what });
  }

  #everyMinute(): void {
    const { world, until, onProgress } = this.#options;
    onProgress?.((this.now() - world.start) / (until - world.start));
    this.#check();
    this.#later(minuteMs, () => this.#everyMinute());
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const numberOf = (instance: Instance | undefined): number => instance?.number ?? 0;
const portOf = (peer: string): number => Number(peer.slice(peer.lastIndexOf(':') + 1));

function toAnswer(answered: Answered): Answer {
  const { status, headers, body } = answered;
  const isJson = /json/.test(headers['content-type'] ?? '');
  return { status, headers: plainHeaders(answered), body: isJson ? JSON.parse(body) : body };
}

function plainHeaders({ headers }: Answered): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
