from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from benchmarks import host
from benchmarks.engines import Contender, make_contender
from benchmarks.host import Case, Turn, make_cases, measure, plan
from benchmarks.latency import Job, Mode, Samples
from benchmarks.machine import CpuWatch, this_device
from benchmarks.photos import GENERATED_SIZE, choose_photos, generate_photos
from benchmarks.processes import run_in_new_process
from benchmarks.settings import Settings, parse_threads
from benchmarks.targets import TARGETS, latency_name
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.errors import JewelcapError

from .make_record import make_record

SHORT = Mode("short", rounds=2, warmups=1, least=2, seconds=0.0)


def contender(variant: str) -> Contender:
    return Contender("captioner", Path(f"{variant}.tflite"), make_record(variant).model)


def samples(ms: float) -> Samples:
    return Samples(
        "fake 1.0", ms * 10, ms * 5, (ms, ms * 2), (ms,), (ms / 100,), (ms / 10,), (4, 5), 70, 11
    )


def turns(contenders: int, threads: tuple[int, ...], rounds: int) -> list[tuple[int, int, int]]:
    settings = Settings(SHORT, threads)
    cases = make_cases([contender("int8")] * contenders, settings)
    return [(t.round, t.case.threads, t.case.contender) for t in plan(cases, rounds)]


def test_contenders_are_measured_in_turn_in_every_round() -> None:
    assert turns(2, (1,), 2) == [(0, 1, 0), (0, 1, 1), (1, 1, 0), (1, 1, 1)]


def test_numbers_of_threads_are_interleaved_too() -> None:
    found = turns(2, (1, 4), 2)
    assert found[:4] == [(0, 1, 0), (0, 1, 1), (0, 4, 0), (0, 4, 1)]
    assert len(found) == 8


def test_captioners_run_with_and_without_a_delegate_and_baselines_once() -> None:
    keras = replace(contender("keras_predict"), engine="keras_predict")
    cases = make_cases([contender("int8"), keras], Settings(SHORT, delegates=("none", "xnnpack")))
    assert cases == (Case(1, "none", 0), Case(1, "xnnpack", 0), Case(1, "", 1))
    # A delegate that is not here, such as a phone's, leaves the usual one.
    assert make_cases([contender("int8")], Settings(SHORT, delegates=("gpu",))) == (
        Case(1, "xnnpack", 0),
    )
    assert list(plan(cases[:1], 2)) == [Turn(0, cases[0]), Turn(1, cases[0])]


@pytest.mark.parametrize(
    ("text", "threads"), [("2", (2,)), ("1-4", (1, 2, 3, 4)), ("3-3", (3,)), ("256", (256,))]
)
def test_threads_are_a_number_or_a_range(text: str, threads: tuple[int, ...]) -> None:
    assert parse_threads(text) == threads
    assert parse_threads("all")[0] == 1


@pytest.mark.parametrize("text", ["0", "4-1", "1-257", "-1", "many", "", "1-", "1,2", "9999999999"])
def test_other_threads_are_refused(text: str) -> None:
    with pytest.raises(JewelcapError, match="give 2, 1-4 or all"):
        parse_threads(text)


class InterruptedCallError(Exception):
    """Stands for a reader who presses Ctrl-C."""


@pytest.fixture
def one_photo(tmp_path: Path) -> Path:
    """A folder with a small photo, which is made sooner than those of a phone's size."""
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.new("RGB", (40, 30), "white").save(folder / "photo.png")
    return folder


def test_an_interrupted_measurement_goes_on_where_it_was_stopped(
    tmp_path: Path, one_photo: Path
) -> None:
    def measured(jobs: int, settings: Settings) -> list[str]:
        done: list[str] = []

        def run_job(job: Job) -> Samples:
            if len(done) == jobs:
                raise InterruptedCallError
            done.append(Path(job.path).stem)
            return samples(len(done))

        contenders = [contender("float32"), contender("int8")]
        with suppress(InterruptedCallError):
            (first, _) = measure(contenders, settings, pytest.fail, run_job)
            assert first.latency.photo is not None and first.latency.photo.n == 4
        return done

    settings = Settings(SHORT, photos=one_photo, keep=tmp_path)
    assert measured(3, settings) == ["float32", "int8", "float32"]
    # A process whose samples were cut off is done again.
    (one,) = tmp_path.rglob("turn-0001")
    one.write_text("{")
    assert measured(9, settings) == ["int8", "int8"]
    # Another plan starts anew, and so does one that is not kept.
    assert len(measured(9, replace(settings, threads=(2,)))) == 4
    assert len(measured(9, replace(settings, keep=None))) == 4


def test_a_sustained_run_is_done_once_a_case(one_photo: Path) -> None:
    asked: list[float] = []

    def run_job(job: Job) -> Samples:
        asked.append(job.sustained_seconds)
        run = ((1.0, 10.0), (9.0, 30.0)) if job.sustained_seconds else ()
        return replace(samples(1.0), sustained=run)

    settings = Settings(SHORT, photos=one_photo, sustained_seconds=10.0)
    (record,) = measure([contender("int8")], settings, pytest.fail, run_job)
    assert asked == [10.0, 0.0]
    assert record.sustained is not None and record.sustained.slowdown == 3.0
    assert "throttled" in {flag.kind for flag in record.flags}


def test_samples_of_all_rounds_make_one_record_a_contender_and_number_of_threads() -> None:
    jobs: list[Job] = []

    def run_job(job: Job) -> Samples:
        jobs.append(job)
        return samples(len(jobs))

    records = measure(
        [contender("float32"), contender("int8")],
        Settings(SHORT, threads=(1, 2)),
        lambda message: pytest.fail(message),
        run_job,
    )
    assert [(r.model.variant, r.conditions.threads) for r in records] == [
        ("float32", 1),
        ("int8", 1),
        ("float32", 2),
        ("int8", 2),
    ]
    assert [Path(job.path).stem for job in jobs] == ["float32", "int8"] * 4
    assert [job.threads for job in jobs] == [1, 1, 2, 2] * 2
    first = records[0]
    # Rounds 1 and 5 of eight processes.
    assert first.latency.photo is not None
    assert (first.latency.photo.n, first.latency.photo.p50) == (4, 3.5)
    assert first.latency.photo.process_p50 == (1.5, 7.5)
    assert (first.latency.cold_load_ms, first.latency.first_call_ms) == (30.0, 15.0)
    assert first.latency.tokens_per_caption == 4.5
    assert first.conditions.processes == 2
    assert first.conditions.photos is not None
    assert first.conditions.photos.source == "generated"
    assert len({record.started for record in records}) == 1
    assert "few_samples" in {flag.kind for flag in first.flags}


def test_generated_photos_are_the_same_for_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.photos.GENERATED_COUNT", 1)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        photos = generate_photos(tmp_path / name, seed=3)
        assert len(photos) == 1
        with Image.open(photos[0]) as image:
            assert (image.size, image.format) == (GENERATED_SIZE, "JPEG")
        # As long as those of a phone, so that decoding them takes as long.
        assert 100_000 < photos[0].stat().st_size < 1_000_000
    assert (tmp_path / "one/photo-0.jpg").read_bytes() == (
        tmp_path / "two/photo-0.jpg"
    ).read_bytes()


def test_own_photos_that_cannot_be_read_are_counted_and_left_out(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30), "white").save(tmp_path / "good.png")
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    photos, bad = choose_photos(tmp_path)
    assert ([photo.name for photo in photos], bad) == (["good.png"], 1)
    (tmp_path / "good.png").unlink()
    with pytest.raises(JewelcapError, match="none of its 1 pictures can be read"):
        choose_photos(tmp_path)


def test_the_device_is_described_without_names_of_hosts_or_people() -> None:
    device = this_device()
    assert device.cpu
    assert device.cores >= 1
    assert device.python == sys.version.split()[0]
    assert device.os.startswith(("Linux", "Darwin", "Windows"))
    assert "/" not in dump_json(device).replace("\\/", "")


def test_work_of_this_process_is_not_taken_for_that_of_others() -> None:
    with CpuWatch() as watch:
        total = sum(range(3_000_000))
    assert total
    if watch.foreign_cores is not None:
        assert 0.0 <= watch.foreign_cores <= this_device().cores


def test_unknown_processor_times_are_said_to_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.machine._busy_seconds", lambda: None)
    with CpuWatch() as watch:
        pass
    assert watch.foreign_cores is None


def test_host_latency_is_never_called_anything_else() -> None:
    assert latency_name("host") == "host latency"
    assert latency_name("from-a-later-version") == "from-a-later-version latency"
    assert all(name == target.name for name, target in TARGETS.items())


def test_peak_memory_is_not_inherited_from_the_process_that_starts_another() -> None:
    """A child's `ru_maxrss` is its parent's on Linux; the figure used must not be."""
    program = (
        "import subprocess, sys\n"
        "block = bytearray(300_000_000)\n"
        "block[::4096] = b'x' * len(block[::4096])\n"
        "child = 'from benchmarks.memory import peak_memory_bytes; print(peak_memory_bytes())'\n"
        "print(subprocess.run([sys.executable, '-c', child], capture_output=True, text=True)"
        ".stdout)"
    )
    out = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(host.__file__).parent.parent,
    ).stdout.strip()
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux tells the peak of one program")
    assert 1_000_000 < int(out) < 100_000_000


@contextmanager
def job_for(bundle: Path, folder: Path) -> Iterator[Job]:
    photo = folder / "photo.jpg"
    Image.new("RGB", (64, 48), "white").save(photo)
    entry = make_contender("captioner", bundle)
    yield Job("captioner", str(bundle), entry.model.level, 1, (str(photo),), 1, 3, 0.0)


def test_a_captioner_is_measured_in_a_new_process(tiny_bundle: Path, tmp_path: Path) -> None:
    with job_for(tiny_bundle, tmp_path) as job:
        samples = run_in_new_process(job)
    assert samples.runtime.startswith("LiteRT ")
    assert len(samples.photo) == len(samples.encode) == len(samples.decode) == 3
    assert min(*samples.photo, *samples.encode, samples.cold_load, samples.first_call) > 0.0
    assert samples.steps[0] >= 1
    if samples.peak_bytes is not None and samples.bare_bytes is not None:
        assert samples.bare_bytes < samples.peak_bytes < 400_000_000


def test_the_measured_process_imports_neither_tensorflow_nor_keras(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    with job_for(tiny_bundle, tmp_path) as job:
        (tmp_path / "job.json").write_text(dump_json(job))
    program = (
        "import sys; from benchmarks.worker import main\n"
        f"assert main({str(tmp_path / 'job.json')!r}, {str(tmp_path / 'answer.json')!r}) == 0\n"
        "heavy = {'tensorflow', 'tf_keras', 'keras', 'matplotlib', 'kivy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=Path(host.__file__).parent.parent,
    )
    assert result.stdout.strip() == "[]", result.stderr
    assert (tmp_path / "answer.json").is_file()


def test_a_failing_process_says_why_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bad.tflite").write_bytes(b"no captioner")
    job = Job("captioner", str(tmp_path / "bad.tflite"), "basic", 1, ("p.jpg",), 0, 1, 0.0)
    with pytest.raises(JewelcapError, match=r"process failed.*not a TFLite file") as error:
        run_in_new_process(job)
    assert "\n" not in str(error.value)


def test_a_process_that_is_killed_is_named_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        subprocess, "run", lambda *args, **more: subprocess.CompletedProcess(args, -9, "", "")
    )
    with pytest.raises(JewelcapError, match="ended by SIGKILL; is there enough memory"):
        run_in_new_process(Job("captioner", "x.tflite", "basic", 1, (), 0, 1, 0.0))


def test_a_captioner_is_inspected_before_anything_is_measured(tiny_bundle: Path) -> None:
    model = make_contender("captioner", tiny_bundle).model
    assert model.variant == "float32"
    assert model.level == "complete"
    assert model.size_bytes == tiny_bundle.stat().st_size


def test_a_run_is_inspected_as_the_keras_baseline(tiny_run: Path) -> None:
    model = make_contender("keras_predict", tiny_run).model
    assert (model.variant, model.decoder) == ("keras_predict", "gru-32")
    assert model.size_bytes > 0


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JewelcapError, match="not a run directory"):
        make_contender("keras_predict", tmp_path)
    with pytest.raises(JewelcapError, match="unknown engine 'keras'"):
        make_contender("keras", tmp_path)


def test_the_baseline_says_what_the_captioner_says(
    tiny_run: Path, tiny_bundle: Path, tiny_catalog: Path
) -> None:
    from benchmarks import baseline, baseline_graph, litert_engine
    from pipeline.captioner_model import load_model
    from pipeline.rundir import Run

    model = load_model(Run(tiny_run))
    slow = baseline.KerasPredictEngine(model, "complete")
    graph = baseline_graph.KerasGraphEngine(model, "complete")
    plain = litert_engine.open_engine(tiny_bundle, "complete", 1, "none")
    fast = litert_engine.open_engine(tiny_bundle, "complete", 1, "xnnpack")
    photos = sorted((tiny_catalog / "images").iterdir())[::40]
    assert photos
    for photo in photos:
        assert slow.describe(photo) == fast.describe(photo)
        assert graph.describe(photo) == plain.describe(photo) == fast.describe(photo)
        steps = slow.decode(slow.encode(slow.prepare(photo)))
        assert steps == fast.decode(fast.encode(fast.prepare(photo)))
