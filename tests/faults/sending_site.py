"""A worker that does nothing but hand mail over, with waits a test can sit through. Killed by test_mail_kills."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path

from forum.app import create_app
from forum.kernel.mail import Office, Sender, Smtp, sending

if __name__ == "__main__":
    sending.WAITS = (timedelta(milliseconds=50),)
    address, log = sys.argv[1:3]
    office = Office(Sender("Forum", "forum@example.org"), Smtp(address, Path(log)))
    with create_app().app_context():
        sending.free_leases_of_dead_senders()
        while True:
            if not sending.send_due(office):
                time.sleep(0.02)
