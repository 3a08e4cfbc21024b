"""Where files lie: one port, and the adapter that the setting BLOB_URL chooses.

A blob is bytes under a key; it is written once and never changed. Who may have it is not known here: ask for a
blob only after asking whether its reader may (see `forum.library.views`).
"""

from __future__ import annotations

from importlib import import_module

from flask import current_app

from forum.kernel.blobs.files import FileBlobs
from forum.kernel.blobs.port import CHUNK, Blobs, NoSuchBlob, StoreTrouble, safe
from forum.kernel.settings import Settings, WrongSetting

__all__ = ["CHUNK", "Blobs", "FileBlobs", "NoSuchBlob", "StoreTrouble", "choose", "current", "safe"]


def choose(settings: Settings) -> Blobs:
    """The store that BLOB_URL names.

    Raises:
        WrongSetting: it names S3, and boto3 is not installed.
    """
    if not settings.blob_url.startswith("s3:"):
        return FileBlobs(settings.data_path / "blobs")
    try:
        s3 = import_module("forum.kernel.blobs.s3")  # boto3 costs 20 MB of memory: only for sites that use it
    except ImportError as absent:
        right = "it needs boto3, which is not installed; run: pip install 'justice-with-children-forum[s3]'"
        raise WrongSetting("BLOB_URL", settings.blob_url, right) from absent
    store: Blobs = s3.S3Blobs.at(settings.blob_url)
    return store


def current() -> Blobs:
    """The store of the running site."""
    blobs: Blobs = current_app.extensions["forum.blobs"]
    return blobs
