"""Which benchmarks there are, and in which order they run."""

BENCHES = {
    "beginning": "tests.bench.beginning",
    "importing": "tests.bench.importing",
    "delivery": "tests.bench.delivery",
    "inviting": "tests.bench.inviting",
    "pages": "tests.bench.pages",
    "papers": "tests.bench.papers",
    "threads": "tests.bench.threads",
    "memory": "tests.bench.memory",
}
