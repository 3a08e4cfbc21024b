"""A whole worker, with small handfuls and waits a test can sit through. Killed by test_group_mail_kills."""

from datetime import timedelta

from forum.app import create_app
from forum.kernel.mail import sending
from forum.notices.handlers import at_once
from forum.worker import run

if __name__ == "__main__":
    sending.WAITS = (timedelta(milliseconds=50),)
    at_once.HANDFUL = 10
    run(create_app())
