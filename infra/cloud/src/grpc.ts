import { readFileSync } from 'node:fs';
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  type MethodDefinition,
  type Server,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { fromJSON, type PackageDefinition } from '@grpc/proto-loader';
import { delayOf, type Faults } from './faults.ts';
import { type Protos, protosFile } from './protos.ts';

/** A call that has arrived and has not been answered. */
export interface ArrivedCall {
  /** The method's name in fault targets: `firestore.Commit`. */
  target: string;
  // biome-ignore lint/suspicious/noExplicitAny: shaped by the service's own .proto
  request: any;
  /** The caller's `address:port`. */
  peer: string;
  /** The account that calls, by its email; undefined is the owner, who may do everything. */
  caller: string | undefined;
}

/** Intercepts every call: its answer is the answer, whether or not it let the work be done. */
export type Gate = <T>(call: ArrivedCall, work: () => T | Promise<T>) => Promise<T>;

/** Refuses a call that its caller may not make, by throwing what the real service would answer. */
export type Authorize = (call: ArrivedCall) => void;

/** An answer other than OK, as the real service would give it. */
export class GrpcError extends Error {
  readonly code: status;
  constructor(code: keyof typeof status, message: string) {
    super(message);
    this.code = status[code] as status;
  }
}

/** Answers one request. A thrown {@link GrpcError} becomes the call's status; any other error becomes INTERNAL. */
// biome-ignore lint/suspicious/noExplicitAny: messages are shaped by the service's own .proto
export type Unary = (request: any) => unknown;
/** Answers one request with messages sent in order. */
// biome-ignore lint/suspicious/noExplicitAny: messages are shaped by the service's own .proto
export type Streaming = (request: any, send: (message: unknown) => void) => void | Promise<void>;

export interface ServiceHandlers {
  /** The name in fault targets: `firestore`, `pubsub`, `scheduler`, `monitoring`. */
  service: string;
  /** The service's full name, such as `google.pubsub.v1.Publisher`. */
  fullName: string;
  /** The definitions of its messages. */
  protos: Protos;
  unary?: Record<string, Unary>;
  streaming?: Record<string, Streaming>;
}

/** A call as it arrives: its message, its headers and the caller's `address:port`. */
export interface Call {
  // biome-ignore lint/suspicious/noExplicitAny: messages are shaped by the service's own .proto
  request: any;
  metadata: Metadata;
  peer: string;
}

/** A method of a service, whatever carries its calls. */
export interface Method {
  definition: MethodDefinition<object, object>;
  /**
   * Gives each message of the answer to `send`.
   * @throws a {@link GrpcError}, or anything else, which is INTERNAL
   */
  answer(call: Call, send: (message: object) => void): Promise<void>;
}

/**
 * The methods of a service, by their names. One of the .proto that has no handler here answers UNIMPLEMENTED by its name.
 * Messages: camelCase, int64 as strings, enums by name, bytes as Buffers, oneofs with the name of what is set;
 * absent fields are absent.
 */
export function methodsOf(handlers: ServiceHandlers, gate: Gate, authorize: Authorize): Record<string, Method> {
  const definitions = Object.entries(loadService(handlers.protos, handlers.fullName));
  return Object.fromEntries(
    definitions.map(([name, definition]) => [name, { definition, answer: answerOf(name, definition) }]),
  );

  function answerOf(name: string, { requestStream, responseStream }: Method['definition']): Method['answer'] {
    const unary = handlers.unary?.[name];
    const streaming = handlers.streaming?.[name];
    if (unary && !requestStream && !responseStream) {
      return async (call, send) => send(((await pass(name, call, () => unary(call.request))) as object) ?? {});
    }
    if (streaming && !requestStream) {
      const whole = (call: Call, send: (message: object) => void) => () =>
        streaming(call.request, (message) => send(message as object));
      return async (call, send) => pass(name, call, whole(call, send));
    }
    const error = new GrpcError('UNIMPLEMENTED', `The local cloud does not have ${handlers.fullName}.${name}.`);
    return () => Promise.reject(error);
  }

  function pass<T>(name: string, { request, metadata, peer }: Call, work: () => T | Promise<T>): Promise<T> {
    const arrived = { target: `${handlers.service}.${name}`, request, peer, caller: callerOf(metadata) };
    return gate(arrived, () => {
      authorize(arrived);
      return work();
    });
  }
}

/** Serves methods to the server's clients. */
export function addMethods(server: Server, methods: Record<string, Method>): void {
  const definition: Record<string, Method['definition']> = {};
  const implementation: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(methods)) {
    definition[name] = method.definition;
    implementation[name] = method.definition.responseStream ? streamed(method) : called(method);
  }
  server.addService(definition, implementation);
}

const called =
  ({ answer }: Method): handleUnaryCall<object, object> =>
  (call, callback) => {
    const arrived = { request: call.request, metadata: call.metadata, peer: call.getPeer() };
    answer(arrived, (message) => callback(null, message)).catch((error: unknown) => callback(asStatus(error)));
  };

const streamed =
  ({ answer }: Method): handleServerStreamingCall<object, object> =>
  (call) => {
    const arrived = { request: call.request, metadata: call.metadata, peer: call.getPeer() };
    answer(arrived, (message) => void call.write(message)).then(
      () => call.end(),
      (error: unknown) => {
        // Headers first: without them the clients take the error for no answer, and ask twice more, seconds apart.
        call.sendMetadata(new Metadata());
        call.emit('error', asStatus(error));
      },
    );
  };

/** Emulators are called with `Bearer owner` or nothing at all; an account is named by its email. */
function callerOf(metadata: Metadata): string | undefined {
  const [authorization] = metadata.get('authorization');
  return typeof authorization === 'string' ? /^Bearer (\S+@\S+)$/i.exec(authorization)?.[1] : undefined;
}

/** The definitions in each .proto, read once: reading takes longer than the rest of a start. */
const definitions = new Map<string, PackageDefinition>();

function definitionsOf(protos: ServiceHandlers['protos']): PackageDefinition {
  const file = protosFile(protos);
  const known = definitions.get(file);
  if (known) return known;
  const json = JSON.parse(readFileSync(file, 'utf8'));
  const read = fromJSON(json, { keepCase: false, longs: String, enums: String, oneofs: true });
  definitions.set(file, read);
  return read;
}

function loadService(protos: ServiceHandlers['protos'], fullName: string): ServiceDefinition {
  const definition = definitionsOf(protos)[fullName];
  if (!definition || 'format' in definition) throw new Error(`The definitions of ${protos} do not have ${fullName}.`);
  return definition as ServiceDefinition;
}

/** The gate that applies the requested faults to calls. */
export function faultGate(faults: Faults): Gate {
  return ({ target }, work) => withFaults(target, faults, work);
}

async function withFaults<T>(target: string, faults: Faults, work: () => T | Promise<T>): Promise<T> {
  const fault = faults.take(target);
  if (!fault) return work();
  const { code = 'UNAVAILABLE', message = `fault: ${target}` } = fault;
  const failure = new GrpcError(code as keyof typeof status, message);
  switch (fault.effect) {
    case 'fail':
      throw failure;
    case 'hang':
      return new Promise<never>(() => {});
    case 'fail-after':
      await work();
      throw failure;
    case 'hang-after':
      await work();
      return new Promise<never>(() => {});
    case 'delay':
      await delayOf(fault);
      return work();
    case 'double':
      await work();
      return work();
    case 'garble':
    case 'reorder':
      return work();
  }
}

/** The status that a call ends with. What is no {@link GrpcError} is a fault of this cloud's own, and is told on stderr. */
export function asStatus(error: unknown): { code: status; details: string } {
  if (error instanceof GrpcError) return { code: error.code, details: error.message };
  process.stderr.write(`local cloud: ${error instanceof Error ? error.stack : String(error)}\n`);
  return { code: status.INTERNAL, details: error instanceof Error ? error.message : String(error) };
}
