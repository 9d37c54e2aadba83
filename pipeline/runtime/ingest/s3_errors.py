"""What a service like Amazon S3 answers instead of an object, and what that means for the feed."""

from __future__ import annotations

from typing import Any

from pipeline.ingest.contract import Failed, Health
from pipeline.ingest.s3_feed import Trouble

RIGHTS = "look at the key's rights: s3:ListBucket and s3:GetObject"
REGION = "look at `region` and `endpoint`"
HEALTH = {  # by the code of an error, or its status; with the remedy
    "NoSuchBucket": (Health.GONE, "look at its name, and at `endpoint`"),
    "InvalidBucketName": (Health.BROKEN, "look at its name"),
    "AccessDenied": (Health.REFUSED, RIGHTS),
    "AllAccessDisabled": (Health.REFUSED, RIGHTS),
    "InvalidAccessKeyId": (Health.REFUSED, "look at `key_id`"),
    "SignatureDoesNotMatch": (Health.REFUSED, "look at `secret`"),
    "ExpiredToken": (Health.REFUSED, "renew it"),
    "RequestTimeTooSkewed": (Health.REFUSED, "look at the clock of this machine"),
    "PermanentRedirect": (Health.BROKEN, REGION),
    "AuthorizationHeaderMalformed": (Health.BROKEN, REGION),
    "SlowDown": (Health.WAITING, ""),
    "301": (Health.BROKEN, REGION),
    "403": (Health.REFUSED, RIGHTS),
    "404": (Health.GONE, "look at `endpoint`: what answers there may be no such service"),
    "429": (Health.WAITING, ""),
    "503": (Health.WAITING, ""),
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
    health, remedy = next((HEALTH[code] for code in codes if code in HEALTH), (Health.FAILING, ""))
    said = str(error.response.get("Error", {}).get("Message", ""))[:200]
    sentence = f"{codes[0]}: {''.join(one for one in said if one.isprintable())}"
    return Failed(health, f"{sentence.rstrip('.')}; {remedy}" if remedy else sentence)
