import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  type Server,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { fromJSON, type PackageDefinition } from '@grpc/proto-loader';
import type { Faults } from './faults.ts';

/** A call that has arrived and has not been answered. */
export interface ArrivedCall {
  /** As faults name it: `firestore.Commit`. */
  target: string;
  // biome-ignore lint/suspicious/noExplicitAny: shaped by the service's own .proto
  request: any;
  /** The caller's `address:port`. */
  peer: string;
  /** The account that calls, by its email; undefined is the owner, who may do everything. */
  caller: string | undefined;
}

/** Stands before every call: what it answers is the answer, whether it has let the work be done or not. */
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

/** Answers one request. What it throws becomes the call's status: a {@link GrpcError} as it is, else INTERNAL. */
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
  /** The .proto definitions as a client package ships them: package and path of its JSON. */
  protos: { package: string; path: string };
  unary?: Record<string, Unary>;
  streaming?: Record<string, Streaming>;
}

const require = createRequire(import.meta.url);

/**
 * Adds a service to the server. A method of the .proto that has no handler here answers UNIMPLEMENTED by its name.
 * Messages: camelCase, int64 as strings, enums by name, bytes as Buffers, oneofs with the name of what is set;
 * absent fields are absent.
 */
export function addService(server: Server, handlers: ServiceHandlers, gate: Gate, authorize: Authorize): void {
  const definition = loadService(handlers.protos, handlers.fullName);
  const implementation: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(definition)) {
    const target = `${handlers.service}.${name}`;
    const unary = handlers.unary?.[name];
    const streaming = handlers.streaming?.[name];
    if (unary && !method.requestStream && !method.responseStream) {
      implementation[name] = ((call, callback) => {
        const arrived = arrivedCall(target, call);
        void gate(arrived, () => {
          authorize(arrived);
          return unary(call.request);
        }).then(
          (response) => callback(null, response ?? {}),
          (error: unknown) => callback(asStatus(error)),
        );
      }) satisfies handleUnaryCall<unknown, unknown>;
    } else if (streaming && !method.requestStream) {
      implementation[name] = ((call: ServerWritableStream<unknown, unknown>) => {
        const arrived = arrivedCall(target, call);
        void gate(arrived, () => {
          authorize(arrived);
          return streaming(call.request, (message) => void call.write(message));
        }).then(
          () => call.end(),
          (error: unknown) => {
            // Headers first: without them the clients take the error for no answer, and ask twice more, seconds apart.
            call.sendMetadata(new Metadata());
            call.emit('error', asStatus(error));
          },
        );
      }) satisfies handleServerStreamingCall<unknown, unknown>;
    } else {
      const error = new GrpcError('UNIMPLEMENTED', `The local cloud does not have ${handlers.fullName}.${name}.`);
      implementation[name] = method.responseStream
        ? (call: ServerWritableStream<unknown, unknown>) => call.emit('error', asStatus(error))
        : (((_call, callback) => callback(asStatus(error))) satisfies handleUnaryCall<unknown, unknown>);
    }
  }
  server.addService(definition, implementation);
}

function arrivedCall(target: string, call: ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>) {
  return { target, request: call.request, peer: call.getPeer(), caller: callerOf(call.metadata) };
}

/** Emulators are called with `Bearer owner` or nothing at all; an account is named by its email. */
function callerOf(metadata: Metadata): string | undefined {
  const [authorization] = metadata.get('authorization');
  return typeof authorization === 'string' ? /^Bearer (\S+@\S+)$/i.exec(authorization)?.[1] : undefined;
}

/** What each .proto defines, read once: that takes longer than all else with which a cloud begins. */
const definitions = new Map<string, PackageDefinition>();

function definitionsOf(protos: ServiceHandlers['protos']): PackageDefinition {
  const file = join(dirname(require.resolve(`${protos.package}/package.json`)), protos.path);
  const known = definitions.get(file);
  if (known) return known;
  const json = JSON.parse(readFileSync(file, 'utf8'));
  const read = fromJSON(json, { keepCase: false, longs: String, enums: String, oneofs: true });
  definitions.set(file, read);
  return read;
}

function loadService(protos: ServiceHandlers['protos'], fullName: string): ServiceDefinition {
  const definition = definitionsOf(protos)[fullName];
  if (!definition || 'format' in definition) throw new Error(`${protos.path} does not define ${fullName}.`);
  return definition as ServiceDefinition;
}

/** The gate at which calls meet the faults that were asked for. */
export function faultGate(faults: Faults): Gate {
  return ({ target }, work) => withFaults(target, faults, work);
}

async function withFaults<T>(target: string, faults: Faults, work: () => T | Promise<T>): Promise<T> {
  const fault = faults.take(target);
  if (!fault) return work();
  const failure = new GrpcError((fault.code ?? 'UNAVAILABLE') as keyof typeof status, `fault: ${target}`);
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
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? 1_000));
      return work();
    case 'double':
      await work();
      return work();
    case 'reorder':
      return work();
  }
}

function asStatus(error: unknown): { code: status; details: string } {
  if (error instanceof GrpcError) return { code: error.code, details: error.message };
  process.stderr.write(`local cloud: ${error instanceof Error ? error.stack : String(error)}\n`);
  return { code: status.INTERNAL, details: error instanceof Error ? error.message : String(error) };
}
