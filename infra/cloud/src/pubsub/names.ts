import { GrpcError } from '../grpc.ts';

const form = /^projects\/[^/]+\/(topics|subscriptions)\/(?!goog)[A-Za-z][A-Za-z0-9._~%+-]{2,254}$/;

/** @throws GrpcError INVALID_ARGUMENT for a name that Pub/Sub does not take */
export function refuseName(kind: 'topics' | 'subscriptions', name: string | undefined): void {
  if (name && form.exec(name)?.[1] === kind) return;
  throw new GrpcError('INVALID_ARGUMENT', `Invalid [${kind}] name: (name=${name ?? ''})`);
}

export function notFound(name: string): never {
  throw new GrpcError('NOT_FOUND', `Resource not found (resource=${shortName(name)}).`);
}

export function alreadyExists(name: string): never {
  throw new GrpcError('ALREADY_EXISTS', `Resource already exists in the project (resource=${shortName(name)}).`);
}

function shortName(name = ''): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
