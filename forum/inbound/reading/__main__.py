"""The child: gives up what reading does not need, then waits for mails and forks for each.

It is asked with a line of JSON ({"size": …} and the fields of Circumstances) and so many bytes; it answers with a line:

    {"end": "read", "letter": {…}}     or a reason instead of "read"

Started by `forum.inbound.reader`, by nobody else.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from typing import Any

from forum.extraction.outcomes import Limits, Reason
from forum.extraction.sandbox import give_up, shut_in
from forum.inbound.letters import Letter
from forum.inbound.reading.circumstances import Circumstances
from forum.inbound.reading.letter import letter_of
from forum.inbound.reading.saying import as_plain

READABLE = (sys.prefix, sys.base_prefix, *(path for path in sys.path if path), "/usr", "/lib", "/lib64")
LIMITS = Limits(memory=768 * 2**20, cpu=10)
#: What ended a child that had no last word. (signal(7))
SIGNALS = {signal.SIGXCPU: Reason.TIME, signal.SIGKILL: Reason.MEMORY}


def say(words: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(words, ensure_ascii=True).encode() + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Argument: the process that started this one; with it this one ends."""
    letter_of(b"From: a@b\nContent-Type: text/html\n\n<p>so that everything is loaded", Circumstances())
    gc.disable()  # a fork lives for one mail; a collection would copy all it shares with its parent
    gc.freeze()
    held = give_up(parent=int(sys.argv[1]), readable=READABLE)
    while order := sys.stdin.buffer.readline():
        asked = json.loads(order)
        raw = sys.stdin.buffer.read(asked.pop("size"))
        child = os.fork()
        if not child:
            _read(raw, Circumstances(**asked), held)
        _status = os.waitpid(child, 0)[1]
        code = os.waitstatus_to_exitcode(_status)
        if code:  # the parent sees the reason, and starts anew
            say({"end": SIGNALS.get(signal.Signals(-code), Reason.CRASHED) if code < 0 else Reason.CRASHED})
            return


def _read(raw: bytes, circumstances: Circumstances, held: list[str]) -> None:
    """In the fork: one mail, one line, and out."""
    code = 1
    try:
        shut_in(LIMITS, parent=os.getppid(), scans=False, readable=(), but=held)
        say(_said(raw, circumstances))
        code = 0
    finally:
        os._exit(code)


def _said(raw: bytes, circumstances: Circumstances) -> dict[str, Any]:
    try:
        letter: Letter = letter_of(raw, circumstances)
        return {"end": "read", "letter": as_plain(letter)}
    except MemoryError:
        return {"end": Reason.MEMORY}
    except RecursionError:
        return {"end": Reason.BOMB}
    except Exception as error:  # whatever a hostile mail does to a library, the parent is told in one word
        return {"end": Reason.CRASHED, "detail": f"{type(error).__name__}: {error}"[:200]}


if __name__ == "__main__":
    main()
