"""The permissions of a spec: the camera, and nothing else."""

from __future__ import annotations

import re
from typing import Final

from .findings import Findings, shown
from .spec_file import Spec
from .toolchain import nearest

PERMISSIONS: Final = {
    "CAMERA": "the live picture",
    "FLASHLIGHT": "the light",
    "VIBRATE": "the answer to a tap",
    "WAKE_LOCK": "the screen stays on",
}
"""What the app may ask for."""
_OTHER_PERMISSIONS: Final = (
    "INTERNET",
    "ACCESS_NETWORK_STATE",
    "ACCESS_WIFI_STATE",
    "READ_EXTERNAL_STORAGE",
    "WRITE_EXTERNAL_STORAGE",
    "MANAGE_EXTERNAL_STORAGE",
    "READ_MEDIA_IMAGES",
    "RECORD_AUDIO",
    "ACCESS_FINE_LOCATION",
    "ACCESS_COARSE_LOCATION",
    "POST_NOTIFICATIONS",
)


def check_permissions(spec: Spec, findings: Findings) -> None:
    """Checks every permission, and android.features, which is no way to name a feature."""
    key = "android.permissions"
    names = []
    for entry in spec.items(key):
        # (name=…;maxSdkVersion=…) is a permission of some versions of Android.
        inner = re.search(r"name=([^;)]*)", entry) if entry.startswith("(") else None
        name = inner[1] if inner else entry
        if len(name.split()) > 1:
            findings.error(
                "permission",
                f"{shown(name)} is not one permission",
                "buildozer takes what stands between two commas as one name",
                f"write {', '.join(name.split())}",
                key,
            )
        names += [
            re.sub(r"^android\.permission\.", "", word, flags=re.IGNORECASE)
            for word in name.split() or [""]
        ]
    for name in names:
        if name == "INTERNET":
            findings.error(
                "internet",
                "the app asks for INTERNET",
                "its promise is that nothing leaves the phone, and it needs no network",
                "delete INTERNET",
                key,
            )
        elif name not in PERMISSIONS:
            meant = nearest(name.upper(), [*PERMISSIONS, *_OTHER_PERMISSIONS], 0.6)
            misspelt = meant is not None and meant != name
            add = findings.error if misspelt or not name else findings.warning
            add(
                "permission",
                f"{shown(name)} is no permission; {meant} was probably meant"
                if misspelt
                else f"the app asks for {shown(name)}",
                "Android ignores names that it does not know"
                if misspelt
                else "the app uses nothing that needs it, and people are asked for it",
                f"write {meant}" if misspelt else "delete it, if no change of yours needs it",
                key,
            )
    if "CAMERA" not in names:
        findings.error(
            "permission",
            "CAMERA is not among the permissions",
            "Android then refuses the camera without asking the person",
            "add CAMERA",
            key,
        )
    if spec.items("android.features"):
        findings.error(
            "features",
            "android.features breaks the build",
            "buildozer hands --feature to python-for-android, which does not know it",
            "put <uses-feature> into the file of android.extra_manifest_xml",
            "android.features",
        )
