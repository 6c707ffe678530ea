"""The measured process: `python -m benchmarks.worker JOB RESULT`, both JSON files."""

from __future__ import annotations

import sys

from benchmarks.memory import peak_memory_bytes

# Before anything else is imported: what Python alone needs.
_BARE_BYTES = peak_memory_bytes()


def main(job_path: str, result_path: str) -> int:
    """Does the job; returns the exit code, after one line on standard error if it failed.

    Args:
        job_path: A `benchmarks.latency.Job`.
        result_path: Where its `benchmarks.latency.Samples` go.
    """
    import importlib
    from pathlib import Path

    from benchmarks.engines import ENGINES
    from benchmarks.latency import Job, measure
    from mobile_app.camera_app.runtime.schema import dump_json, load_json
    from pipeline.errors import JewelcapError
    from pipeline.files import write_text

    try:
        job = load_json(Job, Path(job_path).read_bytes(), job_path)
        open_engine = importlib.import_module(ENGINES[job.engine].module).open_engine
        samples = measure(
            lambda: open_engine(Path(job.path), job.level, job.threads, job.delegate),
            job,
            _BARE_BYTES,
        )
        write_text(Path(result_path), dump_json(samples))
    except JewelcapError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
