"""Starting a process anew until nothing is left to do, and killing it at moments nobody chose."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from forum.kernel.settings import Settings
from tests import newborn

SECRET = "a secret that only tests know"


@dataclass
class Victim:
    """One module of tests/faults that is run again and again.

    Args:
        module: and what it is started with.
        settings: of the site it works for.
        longest: seconds it may live after it was seen at work.
        dice: choose the moments.
    """

    module: str
    arguments: tuple[str, ...]
    settings: Settings
    longest: float
    dice: random.Random

    def killed(self, kills: int, *, is_open: Callable[[], Any], progress: Callable[[], int], seconds: float) -> int:
        """Kill it so often, and then let it finish; returns how often it was killed while there was something to do.

        Args:
            is_open: whether anything is left to do.
            progress: a number that changes once a new one is at work.
            seconds: after which it is given up.
        """
        done, deadline = 0, time.monotonic() + seconds
        while is_open() and time.monotonic() < deadline:
            process = self._start()
            there, until = progress(), time.monotonic() + 30
            if done < kills:  # wait until it is at work, then a moment that nobody chose
                while progress() == there and time.monotonic() < until and is_open():
                    time.sleep(0.005)
                time.sleep(self.dice.random() * self.longest)
                done += 1
            else:
                while is_open() and time.monotonic() < until:
                    time.sleep(0.1)
            process.kill()
            process.join()
        return done

    def _start(self) -> BaseProcess:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FORUM_")}
        environment |= {"FORUM_DATA_DIR": str(self.settings.data_dir), "FORUM_SECRET_KEY": SECRET}
        environment |= {"FORUM_RATE_LIMITS": "off", "FORUM_REPLY_DOMAIN": self.settings.reply_domain}
        environment |= {"FORUM_DATABASE_URL": self.settings.database_url, "FORUM_MAIL_URL": self.settings.mail_url}
        environment |= {"FORUM_MAIL_LOG": self.settings.mail_log}
        return newborn.module(f"tests.faults.{self.module}", self.arguments, environment)


def site_in(folder: Path, url: str, **more: Any) -> Settings:
    """Settings of a site in a folder, on SQLite where there is no address of a database."""
    return Settings(data_dir=str(folder), secret_key=SECRET, database_url=url, **more)
