"""Something done before serving begins, in a process that ends and takes with it what it loaded."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

import click


def apart(deed: Callable[[], None]) -> None:
    """Do it in a child, and wait for that.

    Raises:
        SystemExit: it failed; it has said why.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        os._exit(_code_of(deed))
    _, status = os.waitpid(child, 0)
    if code := os.waitstatus_to_exitcode(status):
        sys.exit(code)


def _code_of(deed: Callable[[], None]) -> int:
    try:
        deed()
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except KeyboardInterrupt:
        return 130  # as a shell says it
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0
