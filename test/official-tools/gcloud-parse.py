"""Parses command lines by gcloud's own parser and runs none: a JSON list of argument lists on standard input, and on standard output the
list of what is wrong with each (null: nothing)."""
import contextlib
import io
import json
import os
import sys

lib = os.environ['GCLOUD_LIB']
sys.path[:0] = [lib, os.path.join(lib, 'third_party')]

from googlecloudsdk import gcloud_main  # noqa: E402
from googlecloudsdk.calliope import backend  # noqa: E402

backend.Command.Run = lambda *_, **__: None
cli = gcloud_main.CreateCLI([])


def complaint(argv):
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        try:
            cli.Execute(argv)
        except SystemExit as end:
            return said.getvalue() if end.code else None
    return None


print(json.dumps([complaint(argv) for argv in json.load(sys.stdin)]))
