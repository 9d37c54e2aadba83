"""Asks a bucket for its objects, with botocore, which is an extra: `pip install 'wiredesk[s3]'`.

botocore knows every way to credentials, and is what every client of S3 in Python stands on.  It blocks, so it works
on a thread; its requests have time-outs of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import TAKEN_BYTES_MAX, Failed, Health
from pipeline.ingest.folder_feed import After
from pipeline.ingest.s3_feed import (
    PAGE_OBJECTS_MAX,
    Answer,
    Get,
    Got,
    List,
    Page,
    Put,
    S3Feed,
    Thing,
    Things,
    Trouble,
)
from pipeline.runtime.ingest.blocking import Blocking
from pipeline.runtime.ingest.causes import why_not
from pipeline.runtime.ingest.driver import Driver, Surroundings
from pipeline.runtime.ingest.packed import content_type_of, is_packed, unpacked
from pipeline.runtime.ingest.s3_errors import TROUBLE, codes_of, failed

AUTHORITY = "name its authority in AWS_CA_BUNDLE"  # botocore does not ask the system
EXTRA = "buckets need botocore; install it: pip install 'wiredesk[s3]'"
AT_ONCE = 8  # requests of a feed
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 10, 30, 2
CALL_SECONDS = 300.0  # a whole step
OTHERS: dict[str, Any] = {  # how services other than Amazon's are asked
    "s3": {"addressing_style": "path"},
    # Amazon's checksums are botocore's default since 1.36, and a service that lacks them refuses to be asked
    # (S3Proxy 2.6: NotImplemented).  The ETag, with which each object is asked for, says what its bytes are.
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}


class S3Driver(Driver[List | Get, Answer, Put]):
    """A client, made for the first question."""

    def __init__(self, feed: S3Feed, surroundings: Surroundings) -> None:
        self._feed, self._secrets = feed, surroundings.secrets
        self._blocking = Blocking(surroundings.feed, lambda: None)
        self._client: Any = None

    async def answer(self, question: List | Get) -> Answer | Failed:
        try:
            return await self._blocking.call(lambda: self._answer(question), CALL_SECONDS)
        except TimeoutError as error:
            return Failed(Health.UNREACHABLE, why_not(error))

    async def done(self, effects: Sequence[Put]) -> Sequence[str]:
        try:
            problems = await self._blocking.call(
                lambda: [self._put(effect.thing) for effect in effects], CALL_SECONDS
            )
        except TimeoutError:
            return ("objects that were taken are not put away yet: no answer in time",)
        return sorted({problem for problem in problems if problem})

    async def close(self) -> None:
        if self._client is not None:
            self._client.close()

    # On the thread.

    def _answer(self, question: List | Get) -> Answer | Failed:
        try:
            import botocore.exceptions as errors
        except ImportError:
            return Failed(Health.BROKEN, EXTRA)
        try:
            self._client = self._client or self._made()
            return self._page(question) if isinstance(question, List) else self._things(question.things)
        except errors.ClientError as error:
            return failed(error)
        except (errors.NoCredentialsError, errors.PartialCredentialsError):
            return Failed(
                Health.REFUSED, "no access key was found; write key_id and secret, or set AWS_ACCESS_KEY_ID"
            )
        except (errors.ConnectionError, errors.HTTPClientError) as error:
            return Failed(Health.UNREACHABLE, why_not(error, AUTHORITY))
        except errors.BotoCoreError as error:
            return Failed(Health.BROKEN, str(error)[:200])

    def _made(self) -> Any:
        from botocore.config import Config
        from botocore.session import Session

        feed = self._feed
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
            max_pool_connections=AT_ONCE,
            **(OTHERS if feed.endpoint else {}),
        )
        return Session().create_client(
            "s3",
            region_name=feed.region or ("us-east-1" if feed.endpoint else None),
            endpoint_url=self._secrets(feed.endpoint) if feed.endpoint else None,
            aws_access_key_id=self._secrets(feed.key_id) if feed.key_id else None,
            aws_secret_access_key=self._secrets(feed.secret) if feed.secret else None,
            config=config,
        )

    def _page(self, question: List) -> Page:
        where = {"ContinuationToken": question.token} if question.token else {"StartAfter": question.behind}
        answer = self._client.list_objects_v2(
            Bucket=self._feed.bucket,
            Prefix=self._feed.prefix,
            MaxKeys=PAGE_OBJECTS_MAX,
            **{name: value for name, value in where.items() if value},
        )
        listed = (Thing(one["Key"], one["ETag"], one["Size"]) for one in answer.get("Contents", ()))
        # Consoles mark a folder by an empty object of its name.
        things = tuple(thing for thing in listed if thing.size or not thing.key.endswith("/"))
        return Page(things, answer.get("NextContinuationToken", "") if answer.get("IsTruncated") else "")

    def _things(self, things: Sequence[Thing]) -> Things:
        found: list[Got] = []
        size = 0
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for at in range(0, len(things), AT_ONCE):  # so that little is in memory that does not fit into the step
                for got in pool.map(self._got, things[at : at + AT_ONCE]):
                    size += len(got.value)
                    if found and size > TAKEN_BYTES_MAX:
                        return Things(tuple(found))
                    found.append(got)
        return Things(tuple(found))

    def _got(self, thing: Thing) -> Got:
        from botocore.exceptions import ClientError

        if thing.size > PAYLOAD_BYTES_MAX:
            return Got(thing, trouble=Trouble.TOO_LARGE)
        try:
            answer = self._client.get_object(Bucket=self._feed.bucket, Key=thing.key, IfMatch=thing.etag)
            with answer["Body"] as body:
                value: bytes | None = body.read(PAYLOAD_BYTES_MAX + 1)
        except ClientError as error:
            trouble = next((TROUBLE[code] for code in codes_of(error) if code in TROUBLE), None)
            if trouble is None:
                raise
            return Got(thing, trouble=trouble)
        if value and (is_packed(thing.key) or answer.get("ContentEncoding") == "gzip"):
            value = unpacked(value)
        if value is None:
            return Got(thing, trouble=Trouble.DAMAGED)
        if len(value) > PAYLOAD_BYTES_MAX:
            return Got(thing, trouble=Trouble.TOO_LARGE)
        return Got(thing, value, content_type=content_type_of(thing.key))

    def _put(self, thing: Thing) -> str:
        """Move or delete an object, if it is still this one; what is wrong with that."""
        from botocore.exceptions import BotoCoreError, ClientError

        feed = self._feed
        try:
            if feed.after is After.MOVE:
                self._client.copy_object(
                    Bucket=feed.bucket,
                    Key=f"{feed.move_to}{thing.key.removeprefix(feed.prefix)}",
                    CopySource={"Bucket": feed.bucket, "Key": thing.key},
                    CopySourceIfMatch=thing.etag,
                )
            self._client.head_object(Bucket=feed.bucket, Key=thing.key, IfMatch=thing.etag)
            self._client.delete_object(Bucket=feed.bucket, Key=thing.key, IfMatch=thing.etag)
        except ClientError as error:
            if {"404", "412", "NoSuchKey", "PreconditionFailed"}.intersection(codes_of(error)):
                return ""  # gone, or written anew: that is another payload
            return f"objects that were taken are not put away yet: {failed(error).detail}"
        except BotoCoreError as error:
            return f"objects that were taken are not put away yet: {why_not(error, AUTHORITY)}"
        return ""
