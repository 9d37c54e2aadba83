"""What is wrong with a certificate that is not accepted, by what OpenSSL answers (X509_V_ERR_…)."""

from __future__ import annotations

NOT_YET_VALID, EXPIRED = 9, 10
OTHER_HOST, OTHER_ADDRESS = 62, 64
OF_TIME = (NOT_YET_VALID, EXPIRED)
OF_NAME = (OTHER_HOST, OTHER_ADDRESS)
