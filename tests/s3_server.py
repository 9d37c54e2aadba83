"""A service like Amazon S3 for a test: moto's, over HTTP on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

BUCKET = "wire"
KEY = {"aws_access_key_id": "desk", "aws_secret_access_key": "secret"}


@contextmanager
def serving_s3(port: int = 0) -> Iterator[tuple[str, Any]]:
    """Its address, and a client of it; it has an empty bucket."""
    from botocore.session import Session
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    client = Session().create_client("s3", region_name="us-east-1", endpoint_url=address, **KEY)
    try:
        client.create_bucket(Bucket=BUCKET)
        yield address, client
        for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
            client.delete_object(Bucket=BUCKET, Key=one["Key"])
        client.delete_bucket(Bucket=BUCKET)
    finally:
        client.close()
        server.stop()
