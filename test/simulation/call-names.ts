/** What a call is about, in one line: for the trace, and to put calls in order that arrive at once. */

// biome-ignore lint/suspicious/noExplicitAny: shaped by the service's own .proto
export function describeCall(target: string, request: any): string {
  return `${target} ${subjectOf(target, request)}`;
}

// biome-ignore lint/suspicious/noExplicitAny: shaped by the service's own .proto
function subjectOf(target: string, request: any): string {
  switch (target) {
    case 'firestore.Commit':
    case 'firestore.BatchWrite':
      return (request.writes ?? []).map(describeWrite).join(' ');
    case 'firestore.BatchGetDocuments':
      return (request.documents ?? []).map(path).join(' ');
    case 'firestore.GetDocument':
      return path(request.name);
    case 'firestore.RunQuery':
      return describeQuery(request.parent, request.structuredQuery);
    case 'firestore.RunAggregationQuery':
      return describeQuery(request.parent, request.structuredAggregationQuery?.structuredQuery);
    case 'pubsub.Publish': {
      const attributes = request.messages?.[0]?.attributes ?? {};
      return [path(request.topic), attributes.kind, attributes.noticeId, attributes.source].filter(Boolean).join(' ');
    }
    default:
      return '';
  }
}

// biome-ignore lint/suspicious/noExplicitAny: shaped by the .proto
function describeWrite(write: any): string {
  if (write.delete) return `delete ${path(write.delete)}`;
  const name = path(write.update?.name ?? write.verify ?? write.transform?.document);
  return write.currentDocument?.exists === false ? `create ${name}` : name;
}

// biome-ignore lint/suspicious/noExplicitAny: shaped by the .proto
function describeQuery(parent: string, query: any): string {
  const from = (query?.from ?? []).map((each: { collectionId?: string }) => each.collectionId).join(',');
  return [path(parent), from].filter(Boolean).join('/');
}

const path = (name: string | undefined): string =>
  (name ?? '').replace(/^projects\/[^/]+\/(databases\/[^/]+\/documents\/?|topics\/)?/, '');
