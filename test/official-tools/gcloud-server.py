"""The real gcloud, loaded once: each command runs in a fork of this process, with the caller's files, folder and variables.

A start of gcloud takes a second of processor time, and provisioning a project calls it some two hundred times.
Usage: python gcloud-server.py SOCKET, with the lib folder of the SDK in GCLOUD_LIB.
"""
import json
import os
import select
import signal
import socket
import sys

lib = os.environ['GCLOUD_LIB']
sys.path[:0] = [lib, os.path.join(lib, 'third_party')]

from googlecloudsdk import gcloud_main  # noqa: E402
from googlecloudsdk.calliope import backend  # noqa: E402

# What the commands load, loaded before they are called: each of these is parsed, and not run.
run_command = backend.Command.Run
backend.Command.Run = lambda *_, **__: None
cli = gcloud_main.CreateCLI([])
for line in (
    'projects add-iam-policy-binding p --member=user:a@b.c --role=roles/viewer --condition=None',
    'pubsub topics get-iam-policy t',
    'secrets versions list s',
    'iam service-accounts list',
    'services list',
    'firestore databases list',
    'logging sinks describe s',
    'monitoring dashboards list',
    'scheduler jobs list --location=l',
    'run services list --region=r',
    'run deploy s --region=r --image=i',
):
    try:
        cli.Execute(line.split())
    except SystemExit:
        pass
backend.Command.Run = run_command


def run(argv, cwd, env):
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    sys.argv = ['gcloud', *argv]
    try:
        gcloud_main.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def serve(connection):
    message, fds, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
    sys.stdin = os.fdopen(0, 'r', closefd=False)
    sys.stdout = os.fdopen(1, 'w', closefd=False)
    sys.stderr = os.fdopen(2, 'w', closefd=False)
    code = 1
    try:
        code = run(**json.loads(message))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(bytes([code & 255]))
        os._exit(0)


signal.signal(signal.SIGCHLD, signal.SIG_IGN)
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(sys.argv[1])
listener.listen(64)
print('ready', flush=True)
while True:
    ready, _, _ = select.select([listener, 0], [], [])
    # Nothing is ever written to it: it ends with whoever started this.
    if 0 in ready:
        sys.exit()
    accepted, _ = listener.accept()
    if os.fork() == 0:
        listener.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        serve(accepted)
    accepted.close()
