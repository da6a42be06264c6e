"""Hands one command of gcloud to gcloud-server.py, with this process's files, and ends as it ended."""
import json
import os
import socket
import sys

connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
connection.connect(os.environ['GCLOUD_SERVER'])
message = json.dumps({'argv': sys.argv[1:], 'cwd': os.getcwd(), 'env': dict(os.environ)})
socket.send_fds(connection, [message.encode()], [0, 1, 2])
sys.exit((connection.recv(1) or b'\1')[0])
