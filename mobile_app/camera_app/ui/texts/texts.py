"""What there is to say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Texts:
    """The interface in one language. A text in braces is filled in by `str.format`."""

    live: str
    photo: str
    history: str
    more: str
    levels: dict[str, str]

    waiting: str
    looking: str
    nothing: str
    confidence: str
    percent: str
    frozen: str
    tap_to_freeze: str
    undescribed: str
    less_detail: str
    tip_unsure: str
    tip_no_jewelry: str
    perhaps: str
    or_else: str
    welcome: str
    welcome_text: str
    understood: str

    say: str
    share: str
    wrong: str
    delete: str
    deleted: str
    cancel: str
    done: str
    retry: str

    choose_photo: str
    photo_hint: str
    drop_hint: str
    whole_photo: str
    crop_hint: str
    reading: str

    search: str
    history_empty: str
    history_off: str
    nothing_found: str
    export_history: str
    export_corrections: str
    clear_history: str
    clear_sure: str
    described_by: str
    corrected: str
    exported: str

    correct_title: str
    correct_hint: str
    kinds: dict[str, str]
    other: str
    save: str
    needs_type: str
    thanks: str

    models: str
    models_hint: str
    add_model: str
    in_use: str
    use: str
    remove: str
    compare: str
    comparing: str
    accuracy: str
    accuracy_of: str
    no_accuracy: str
    license: str
    model_added: str
    model_refused: str
    model_kept: str
    trying: str

    settings: str
    language: str
    system: str
    system_settings: str
    appearance: str
    dark: str
    light: str
    text_size: str
    sizes: dict[str, str]
    high_contrast: str
    keep_history: str
    keep_history_hint: str
    benchmark: str
    benchmark_hint: str
    crash_log: str
    crash_log_hint: str
    crash_log_empty: str
    about: str
    about_hint: str
    about_text: str
    cannot: str

    no_files: str
    up: str

    source_failed: str
    model_failed: str
    photo_failed: str
    photo_failed_hint: str
    model_failed_hint: str
    failures: dict[str, str]
    """Of a source, by `FailureKind`."""

    permission_failed: str
    permission_hint: str
    memory_failed: str
    space_failed: str
    failed: str
    went_wrong: str
    not_available: str
    history_damaged: str
    look_at_photos: str
    open_models: str
