"""What a service like Amazon S3 answers instead of an object, and what that means for the feed."""

from __future__ import annotations

from typing import Any

from pipeline.ingest.contract import Failed, Health
from pipeline.ingest.s3_feed import Trouble

HEALTH = {  # by the code of an error, or its status
    "NoSuchBucket": Health.GONE,
    "AccessDenied": Health.REFUSED,
    "InvalidAccessKeyId": Health.REFUSED,
    "SignatureDoesNotMatch": Health.REFUSED,
    "ExpiredToken": Health.REFUSED,
    "SlowDown": Health.WAITING,
    "403": Health.REFUSED,
    "429": Health.WAITING,
    "503": Health.WAITING,
}
TROUBLE = {  # of an object
    "NoSuchKey": Trouble.GONE,
    "404": Trouble.GONE,
    "PreconditionFailed": Trouble.CHANGED,
    "412": Trouble.CHANGED,
    "AccessDenied": Trouble.REFUSED,
    "InvalidObjectState": Trouble.REFUSED,  # archived
    "403": Trouble.REFUSED,
}


def codes_of(error: Any) -> tuple[str, str]:
    """The code of an error, and its status."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
    return str(error.response.get("Error", {}).get("Code", "")), str(status)


def failed(error: Any) -> Failed:
    """The answer to a question that got this error."""
    codes = codes_of(error)
    health = next((HEALTH[code] for code in codes if code in HEALTH), Health.FAILING)
    said = str(error.response.get("Error", {}).get("Message", ""))[:200]
    return Failed(health, f"{codes[0]}: {''.join(one for one in said if one.isprintable())}")
