"""``python -m tests.bench [NAME …]``: run the benchmarks on every stack there is, each with a table."""

import json
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from tests.bench.benches import BENCHES
from tests.bench.rows import Row, table
from tests.bench.stacks import environment, stacks


def main():
    parser = ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHES)}; default: all")
    chosen = parser.parse_args().names or list(BENCHES)
    if unknown := set(chosen) - set(BENCHES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    outcomes = [run(stack, name) for stack in stacks() for name in chosen]
    sys.exit(not all(outcomes))


def run(stack, name):
    """Run one benchmark on one stack, in a process of its own, and print its table; return whether it came to one."""
    sys.stderr.write(f"{name} on {stack} …\n")
    with environment(stack) as variables, tempfile.NamedTemporaryFile(suffix=".json") as answer:
        command = [sys.executable, "-m", "tests.bench.single", name, answer.name]
        if subprocess.run(command, env=variables, check=False).returncode:
            return False
        rows = [Row(**row) for row in json.loads(Path(answer.name).read_text())]
    sys.stdout.write(f"**{name}**, {stack}\n\n{table(rows)}\n\n")
    sys.stdout.flush()
    return True


if __name__ == "__main__":
    main()
