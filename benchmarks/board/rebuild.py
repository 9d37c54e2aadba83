"""How long it takes to make the view anew, in a process of its own, whose memory is its own too."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.board.records import batches
from pipeline.runtime.board.store import Store

MIB = 1024 * 1024


def figures(count: int) -> dict[str, object]:
    """Seconds, and MiB of memory and of the file, for so many items."""
    with tempfile.TemporaryDirectory(prefix="wiredesk-bench-") as folder:
        command = [sys.executable, "-m", "benchmarks.board.rebuild", folder, str(count)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    name = f"{count:,} items"
    return {
        f"rebuild of {name}, s, and of them of one core": f"{found['seconds']}, {found['cpu']}",
        f"records a second of one core, rebuild of {name}": found["rate"],
        f"memory of the board with {name}, MiB": found["memory"],
        f"file with {name}, MiB": found["file"],
    }


def memory_mib(pid: int | str = "self") -> float:
    """What a process has in memory of its own and shared."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return round(int(line.split()[1]) / 1024, 1)


def main(folder: Path, count: int) -> None:
    """Print the figures as JSON."""
    made = list(batches(count))
    store, before, start = Store(folder / "board.sqlite"), memory_mib(), (time.perf_counter(), time.process_time())
    for batch in made:
        store.write(batch)
    seconds, cpu = time.perf_counter() - start[0], time.process_time() - start[1]
    size = sum(file.stat().st_size for file in folder.iterdir()) / MIB
    figures = {
        "seconds": round(seconds, 1),
        "cpu": round(cpu, 1),
        "rate": round(sum(map(len, made)) / cpu),
        "memory": round(memory_mib() - before, 1),
        "file": round(size, 1),
    }
    print(json.dumps(figures))
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
