#!/usr/bin/env python3
"""What Kafka's tool of this name asks first: which versions of its API the broker has.  Exit code 1 without an answer."""

import socket
import struct
import sys

API_VERSIONS, VERSION, CORRELATION = 18, 0, 1
host, _, port = sys.argv[sys.argv.index("--bootstrap-server") + 1].rpartition(":")
client = b"health"
request = struct.pack(f">hhih{len(client)}s", API_VERSIONS, VERSION, CORRELATION, len(client), client)
with socket.create_connection((host, int(port)), 10) as connection:
    connection.sendall(struct.pack(">i", len(request)) + request)
    answer = connection.recv(10)  # size, correlation, error code
sys.exit(struct.unpack(">iih", answer)[1:] != (CORRELATION, 0))
