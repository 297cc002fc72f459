"""Run the command line as it is, and write down what it took: peak of the memory in kB, seconds of the processor.

    python benchmarks/peak.py FIGURES COMMAND…

What the system says of a process that has ended counts the memory of the one that started it, too, until it becomes
another program; what it says of a running one does not.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from participation.command_line import main

if __name__ == "__main__":
    figures = Path(sys.argv.pop(1))
    try:
        main()
    finally:
        status = Path("/proc/self/status").read_text().splitlines()
        peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
        figures.write_text(f"{peak} {time.process_time():.1f}")
