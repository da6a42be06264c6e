import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Faults } from '../src/faults.ts';
import { addMethods, faultGate, methodsOf, type ServiceHandlers } from '../src/grpc.ts';

/** Serves the handlers on a port of 127.0.0.1 that is free. */
export async function serve(handlers: ServiceHandlers[], faults: Faults): Promise<{ port: number; close(): void }> {
  const server = new Server();
  for (const service of handlers)
    addMethods(
      server,
      methodsOf(service, faultGate(faults), () => undefined),
    );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}
