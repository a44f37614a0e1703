import os
from typing import NamedTuple

from odoo import api, models
from odoo.tools.mimetypes import guess_mimetype

# What a program looks like from within, whatever its name says.
PROGRAM_MIMETYPES = frozenset(
    {
        "application/vnd.microsoft.portable-executable",
        "application/x-dosexec",
        "application/x-executable",
        "application/x-mach-binary",
        "application/x-msdos-program",
        "application/x-msdownload",
        "application/x-pie-executable",
        "application/x-sharedlib",
    }
)


class UploadedFile(NamedTuple):
    name: str
    size: int
    head: bytes  # the first bytes, enough to recognise what it is


class UploadLimits(NamedTuple):
    max_count: int  # 0: no limit
    max_mb: float  # of one file; 0: no limit
    refused_types: frozenset[str]  # file name extensions, without the dot
    max_total_mb: float = 0  # of all files of one form or message; 0: no limit

    @property
    def max_bytes(self) -> int:
        return int(self.max_mb * 1024 * 1024)

    @property
    def max_total_bytes(self) -> int:
        return int(self.max_total_mb * 1024 * 1024)

    @property
    def binds_total(self) -> bool:
        """Whether files that are allowed one by one can be too large together."""
        each = self.max_count * self.max_mb
        return bool(self.max_total_mb) and (not each or each > self.max_total_mb)


class SupportGuardUpload(models.AbstractModel):
    """The limits on the files of customers (G-8)."""

    _name = "support.guard.upload"
    _description = "Limits on Uploaded Files"

    @api.model
    def _get_limits(self) -> UploadLimits:
        get_param = self.env["ir.config_parameter"].sudo().get_param

        def number(name: str) -> float:
            try:
                return max(0, float(get_param(f"support_guard.{name}") or 0))
            except ValueError:
                return 0

        types = get_param("support_guard.upload_refused_types") or ""
        return UploadLimits(
            max_count=int(number("upload_max_count")),
            max_mb=number("upload_max_mb"),
            refused_types=frozenset(
                extension.strip(" .").lower() for extension in types.split(",") if extension.strip(" .")
            ),
            max_total_mb=number("upload_max_total_mb"),
        )

    @api.model
    def _get_errors(self, files: list[UploadedFile]) -> list[str]:
        """What is wrong with the files, in sentences; empty when they are welcome."""
        limits = self._get_limits()
        errors = []
        if limits.max_count and len(files) > limits.max_count:
            errors.append(
                self.env._(
                    "You have added %(count)s files. At most %(limit)s are allowed.",
                    count=len(files),
                    limit=limits.max_count,
                )
            )
        for file in files:
            errors += self._get_file_errors(file, limits)
        total = sum(file.size for file in files)
        if limits.max_total_bytes and len(files) > 1 and total > limits.max_total_bytes:
            errors.append(
                self.env._(
                    "Your files have %(total)s MB together; at most %(limit)s MB are accepted at a time. "
                    "Please send some of them later.",
                    total=f"{total / 1024 / 1024:.0f}" if total > 10 * 1024 * 1024 else f"{total / 1024 / 1024:.2g}",
                    limit=f"{limits.max_total_mb:g}",
                )
            )
        return errors

    @api.model
    def _get_file_errors(self, file: UploadedFile, limits: UploadLimits) -> list[str]:
        errors = []
        if limits.max_bytes and file.size > limits.max_bytes:
            errors.append(
                self.env._(
                    "The file “%(name)s” is larger than %(limit)s MB.",
                    name=file.name,
                    limit=f"{limits.max_mb:g}",
                )
            )
        if self._is_refused_type(file, limits):
            errors.append(
                self.env._(
                    "Files like “%(name)s” are not accepted because they may contain a "
                    "program. Please send another kind of file.",
                    name=file.name,
                )
            )
        return errors

    @api.model
    def _is_refused_type(self, file: UploadedFile, limits: UploadLimits) -> bool:
        # a trailing dot or space hides the extension, and Windows drops it
        name = (file.name or "").replace("\0", "").rstrip(" .").lower()
        if os.path.splitext(name)[1].lstrip(".") in limits.refused_types:
            return True
        return "exe" in limits.refused_types and guess_mimetype(file.head or b"") in PROGRAM_MIMETYPES
