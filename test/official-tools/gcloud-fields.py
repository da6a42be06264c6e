"""Lists what Google's own message of an API does not know of a body: {"api", "version", "message", "body"} on standard input."""
import json
import os
import sys

lib = os.environ['GCLOUD_LIB']
sys.path[:0] = [lib, os.path.join(lib, 'third_party')]

from apitools.base.py import encoding  # noqa: E402
from googlecloudsdk.api_lib.util import apis  # noqa: E402

asked = json.load(sys.stdin)
kind = getattr(apis.GetMessagesModule(asked['api'], asked['version']), asked['message'])
message = encoding.PyValueToMessage(kind, asked['body'])
unknown = []
for edges, fields in encoding.UnrecognizedFieldIter(message):
    path = [edge.field if edge.index is None else f'{edge.field}[{edge.index}]' for edge in edges]
    unknown += ['.'.join([*path, field]) for field in fields]
print(json.dumps(unknown))
