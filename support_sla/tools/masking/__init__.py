"""Secrets in what customers write: found and masked before anything is stored (B-9, D-16, S-6).

``mask`` for plain text, ``mask_html`` for HTML, ``mask_file`` for the bytes of an attachment. Plain Python; the time is
linear in the length of the text. Why not a library: docs/adr/0012-masking-secrets.md.
"""

from .files import MaskedFile, is_text, mask_file
from .html import mask_html
from .mail import mask_mail
from .model import MASK, Finding, Masked
from .plain import mask

__all__ = ["MASK", "Finding", "Masked", "MaskedFile", "is_text", "mask", "mask_file", "mask_html", "mask_mail"]
