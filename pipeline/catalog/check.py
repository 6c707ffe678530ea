"""Looks for what is wrong with a catalog before a model is trained on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from mobile_app.camera_app.runtime.levels import LEVELS, Term
from mobile_app.camera_app.runtime.preprocess import images_below
from pipeline.catalog.duplicates import SAME_FILE, Copy, find_copies, near_duplicate_groups
from pipeline.catalog.leaks import KINDS, CheckedSplit, SplitChoice, check_splits
from pipeline.catalog.lexicon import phrase_of, read_caption
from pipeline.catalog.scan import MIN_SIDE, Scan, scan_images
from pipeline.catalog.schema import TYPES, Catalog, Photo, Skipped, load_catalog

NAMES_SHOWN: Final = 10
_NAMES_PRINTED: Final = 4

_REMEDIES: Final = {
    "unknown-type": f"give one of {', '.join(TYPES)}, or import again with --type THEIRS=OURS",
    "no-type": f"give one of {', '.join(TYPES)}",
    "missing": "put the file there or delete the row",
    "repeated": "delete all but one of the rows",
    "unreadable": "save the picture again or delete its row",
    "tiny": f"replace it by one of at least {MIN_SIDE} pixels a side or delete its row",
}


_LEAK_REMEDIES: Final = {
    "augmented-copy": "split photos before they are augmented, as the other protocols do",
    "copy": "put both on one side or delete one",
    "product": "put its photos on one side; where products may be known, add --protocol views",
    "view-group": "put its photos on one side",
}


@dataclass(frozen=True)
class Finding:
    """One kind of defect.

    Attributes:
        code: Its name, for programs.
        severity: `error` where photos cannot be used, `warning` where they can.
        what: What is wrong, in one line.
        count: How often.
        first: The first names.
        remedy: What to do.
    """

    code: str
    severity: Literal["error", "warning"]
    what: str
    count: int
    first: tuple[str, ...]
    remedy: str


@dataclass(frozen=True)
class CheckResult:
    """What a check found.

    Attributes:
        catalog: The folder.
        photos: Photos that can be used.
        errors: Number of findings that are errors.
        warnings: Number of findings that are warnings.
        findings: Errors first.
        splits: Splits that were checked, with all their leaks.
        schema_version: Version of this form.
    """

    catalog: str
    photos: int
    errors: int
    warnings: int
    findings: tuple[Finding, ...]
    splits: tuple[CheckedSplit, ...] = ()
    schema_version: int = 1


@dataclass(frozen=True)
class _Usable:
    """Photos of a catalog whose files were found good, made anew for every pass over them."""

    catalog: Catalog
    scan: Scan

    def __iter__(self) -> Iterator[Photo]:
        return (photo for photo in self.catalog.photos if photo.file_name in self.scan.facts)


def check_catalog(
    root: Path, progress: bool = False, choice: SplitChoice | None = None
) -> CheckResult:
    """Opens every photo of a catalog and reads every row.

    Args:
        root: The catalog's folder.
        progress: Whether to show a progress bar on stderr.
        choice: Which splits are searched for leaks; None: none.

    Raises:
        JewelcapError: There is no metadata, no row of it is usable, or no split can be made.
    """
    catalog = load_catalog(root)
    scan = scan_images(root, catalog.file_names(), progress, len(catalog.photos))
    photos = _Usable(catalog, scan)
    copies = find_copies(scan.facts, root)
    splits = () if choice is None else check_splits(catalog, scan, copies, choice)
    findings = [
        *_left_out((*catalog.skipped, *scan.skipped)),
        *_leaks(splits),
        *_copies(photos, copies),
        *_unlisted(catalog, scan),
        *_lacking(photos),
        *_rare_terms(photos),
        *_captions(photos),
    ]
    errors = [finding for finding in findings if finding.severity == "error"]
    warnings = [finding for finding in findings if finding.severity == "warning"]
    found = (*errors, *warnings)
    return CheckResult(str(root), len(scan.facts), len(errors), len(warnings), found, splits)


def _finding(
    code: str,
    severity: Literal["error", "warning"],
    what: str,
    names: Iterable[str],
    remedy: str,
) -> Iterator[Finding]:
    rest = iter(names)
    first = tuple(islice(rest, NAMES_SHOWN))
    if first:
        # A catalog may have any number of them: they are counted, not kept.
        count = len(first) + sum(1 for _ in rest)
        yield Finding(code, severity, what, count, first, remedy)


def _left_out(skipped: Iterable[Skipped]) -> Iterator[Finding]:
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in skipped:
        names[one.code, one.summary].append(one.name)
    for (code, summary), left_out in names.items():
        remedy = _REMEDIES.get(code, "correct the row or delete it")
        yield from _finding(code, "error", f"photo is left out: {summary}", left_out, remedy)


def _leaks(splits: Iterable[CheckedSplit]) -> Iterator[Finding]:
    for split in splits:
        for kind, what in KINDS.items():
            yield from _finding(
                f"leak-{kind}",
                "error",
                f"{what}: {split.name}",
                [str(leak) for leak in split.of_kind(kind)],
                _LEAK_REMEDIES[kind],
            )


def _copies(photos: Iterable[Photo], copies: Sequence[Copy]) -> Iterator[Finding]:
    copied = {name for copy in copies for name in (copy.a, copy.b)}
    attributes = {p.file_name: p.attributes for p in photos if p.file_name in copied}
    exact: list[str] = []
    near: list[str] = []
    contradicting: list[str] = []
    altered = {name for copy in copies if copy.how != SAME_FILE for name in (copy.a, copy.b)}
    for group in near_duplicate_groups(copies):
        shown = " = ".join(group[:NAMES_SHOWN])
        (near if altered.intersection(group) else exact).append(shown)
        if len({attributes[name] for name in group}) > 1:
            contradicting.append(shown)
    yield from _finding(
        "duplicate",
        "warning",
        "the same file under several names",
        exact,
        "delete all but one; splits keep them together",
    )
    yield from _finding(
        "near-duplicate",
        "warning",
        "copies of one picture (compressed again, resized, brightened, cropped or turned)",
        near,
        "keep the best one; splits keep them together",
    )
    yield from _finding(
        "contradiction",
        "warning",
        "copies of one picture with different attributes, of which a model can learn only one",
        contradicting,
        "make their rows agree",
    )


def _unlisted(catalog: Catalog, scan: Scan) -> Iterator[Finding]:
    left_out = {skipped.name for skipped in (*catalog.skipped, *scan.skipped)}
    files = (path.relative_to(catalog.root).as_posix() for path in images_below(catalog.root))
    yield from _finding(
        "unlisted",
        "warning",
        "picture in the folder that no row names",
        sorted(name for name in files if name not in scan.facts and name not in left_out),
        "add a row or delete the file",
    )


def _lacking(photos: Iterable[Photo]) -> Iterator[Finding]:
    for level in LEVELS.values():
        lacking = (p.file_name for p in photos if level.terms(p.attributes) is None)
        needs = ", and ".join(" or ".join(group) for group in level.needs)
        yield from _finding(
            f"lacks-{level.name}",
            "warning",
            f"photo has no caption of the level {level.name}, which needs {needs}",
            lacking,
            "fill these columns; until then it trains and tests the other levels only",
        )


def _rare_terms(photos: Iterable[Photo]) -> Iterator[Finding]:
    # A design is one product, so it takes several photos; any other word takes several products.
    carriers: dict[Term, set[str]] = defaultdict(set)
    for photo in photos:
        for term in photo.attributes.terms():
            if len(carriers[term]) < 2:
                model = term.kind == "model"
                carriers[term].add(photo.file_name if model else photo.product_id)
    rare = [term for term, found in sorted(carriers.items()) if len(found) == 1]
    yield from _finding(
        "rare-word",
        "warning",
        "word that a single product has, so that no model can tell what it looks like",
        [f"{term.kind} {term.text!r}" for term in rare if term.kind != "model"],
        "use a more common word, or add products that have it",
    )
    yield from _finding(
        "rare-model",
        "warning",
        "design with a single photo, so that none is left to test whether it is recognized",
        [term.text for term in rare if term.kind == "model"],
        "add photos of it",
    )


def _captions(photos: Iterable[Photo]) -> Iterator[Finding]:
    unknown, contradicting = [], []
    for photo in photos:
        if not photo.caption:
            continue
        types = set(read_caption(photo.caption).attributes.types)
        if types and types.isdisjoint(photo.attributes.types):
            said = ", ".join(sorted(types))
            contradicting.append(f"{photo.file_name} ({said}: {photo.caption[:60]!r})")
        elif not types and not _shared_words(photo):
            unknown.append(f"{photo.file_name} ({photo.caption[:60]!r})")
    yield from _finding(
        "caption-type",
        "warning",
        "shop's caption names another type than the row",
        contradicting,
        "look at the photo and correct the type or the caption",
    )
    yield from _finding(
        "caption-words",
        "warning",
        "shop's caption has no word that the row's attributes have",
        unknown,
        "fill type, materials, stones and color from it, or leave the caption empty",
    )


def _shared_words(photo: Photo) -> set[str]:
    known = " ".join(term.text for term in photo.attributes.terms())
    return _singular(photo.caption) & _singular(known)


def _singular(text: str) -> set[str]:
    return {word.removesuffix("s") for word in phrase_of(text).split()}


def check_text(result: CheckResult) -> str:
    """The findings for people."""
    parts = []
    for one in result.findings:
        names = list(one.first[:_NAMES_PRINTED]) + ["..."] * (one.count > _NAMES_PRINTED)
        lines = [f"{one.severity} {one.code}: {one.what} ({one.count} times)"]
        lines += [f"    {name}" for name in names]
        parts.append("\n".join([*lines, f"  remedy: {one.remedy}"]))
    for split in result.splits:
        counts = ", ".join(f"{count} {side}" for side, count in split.counts.items())
        parts.append(f"{split.name}: {split.not_made or f'{counts}; {len(split.leaks)} leaks'}")
    parts.append(
        f"{result.catalog}: {result.photos} photos can be used; findings: {result.errors} errors, "
        f"{result.warnings} warnings"
    )
    return "\n\n".join(parts)
