"""Start a process in a session of its own, print its id, and (guarded) end it when the starter has ended.

Run as a file: ``python -I -S guard.py guarded|detached COMMAND…``; the first line of stdout is the process id,
the exit code is the process' own.  stdin is a pipe whose other end the starter holds: however the starter dies,
kill -9 included, the system closes it.  Guarded, the process is ended then; detached, guard leaves it alone.
In its own session the process does not get a Ctrl-C from the terminal: the starter ends it after the processes
that need it.
"""

import os
import subprocess
import sys
import threading

GRACE_SECONDS = 15  # from SIGTERM to SIGKILL; a broker with a few topics needs less than one


def main(mode: str, command: list[str]) -> int:
    """Run the command; its exit code."""
    # stdout goes where stderr goes: this process' own stdout carries the id alone
    child = subprocess.Popen(  # noqa: S603 - the starter's own command
        command, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True
    )
    print(child.pid, flush=True)
    threading.Thread(target=MODES[mode], args=(child,), daemon=True).start()
    return child.wait()


def end_with_starter(child: "subprocess.Popen[bytes]") -> None:
    """At the end of stdin end the process, in good order if it can."""
    os.read(0, 1)
    child.terminate()
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()


def leave(child: "subprocess.Popen[bytes]") -> None:
    """At the end of stdin end only the guard."""
    os.read(0, 1)
    os._exit(0)


MODES = {"guarded": end_with_starter, "detached": leave}

if __name__ == "__main__":
    os._exit(main(sys.argv[1], sys.argv[2:]))  # at once: the thread may still wait for stdin
