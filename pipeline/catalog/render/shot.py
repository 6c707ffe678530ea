"""One picture: its random parameters from its own seed, its scene, its pixels."""

from __future__ import annotations

import zlib
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from pipeline.catalog.render import backdrops, engine, framing, lights, meshes, postprocess, staging
from pipeline.catalog.render.backdrops import BACKDROPS
from pipeline.catalog.render.camera import box_of
from pipeline.catalog.render.lights import HEIGHT, panorama
from pipeline.catalog.render.materials import METALS, STONES, inlay_color
from pipeline.catalog.render.meshes import Array, Mesh
from pipeline.catalog.render.negatives.subject import Negative
from pipeline.catalog.render.sets import Item, Set

# Share of pictures of each kind that are developed as cleanly as in a studio.
CLEAN_SHARES = {"catalog": 0.75, "worn": 0.2, "styled": 0.22}


@dataclass(frozen=True)
class Shot:
    """The random parameters of one picture.

    Attributes:
        product: What is shown.
        view: Number of the picture among its product's, from 0.
        seed: Seed of the catalog.
        presentation: Key of ``staging.PRESENTATIONS``.
        backdrop: Key of ``BACKDROPS``.
        light: Key of ``LIGHTS``.
        framing: How much of the picture the piece fills, and what is sharp.
        glow: Factor of the backdrop's reflectance; above 1 it is a light table.
        polish: Factor of the metal's usual roughness.
        tile: Width of the backdrop's pattern in lengths of what is framed.
        development: What happens after the light is caught.
    """

    product: Item
    view: int
    seed: int
    presentation: str
    backdrop: str
    light: str
    framing: framing.Framing
    glow: float
    polish: float
    tile: float
    development: postprocess.Development

    def stream(self, number: int) -> np.random.Generator:
        """Returns one of the shot's independent sources of randomness.

        Streams keep changes apart: a new light draws nothing from the poses' numbers.
        """
        return _stream(self.seed, self.product, self.view, number)

    def params(self) -> dict[str, Any]:
        """Returns the parameters as plain values for metadata."""
        values: dict[str, Any] = {
            key: value
            for key, value in asdict(self).items()
            if key not in ("product", "framing", "development")
        }
        values["accent_stone"], values["main_stone"] = self.product.accent, self.product.main
        values.update(self.framing.params())
        values.update(self.development.params())
        return {key: _rounded(value) for key, value in values.items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    return [_rounded(item) for item in value] if isinstance(value, tuple) else value


def _stream(seed: int, product: Item, view: int, number: int) -> np.random.Generator:
    name = zlib.crc32(product.product_id.encode())
    return np.random.default_rng([seed, name, view, number])


def draw_shot(product: Item, view: int, seed: int, presentation: str = "") -> Shot:
    """Returns the parameters of a picture, always the same for the same arguments.

    Args:
        product: What is shown.
        view: Number of the picture among its product's.
        seed: Seed of the catalog.
        presentation: Key of ``staging.PRESENTATIONS``; empty draws one that suits.
    """
    rng = _stream(seed, product, view, 0)
    chosen = staging.choose(product, rng)
    presentation = presentation or chosen
    kind = staging.PRESENTATIONS[presentation].kind
    backdrop = backdrops.choose(rng, clean=kind == "catalog")
    light = lights.choose(rng)
    frame = framing.draw(rng, kind, isinstance(product, Set))
    field = frame.field + staging.PRESENTATIONS[presentation].wider
    return Shot(
        product=product,
        view=view,
        seed=seed,
        presentation=presentation,
        backdrop=backdrop,
        light=light,
        framing=replace(frame, field=field),
        glow=float(rng.uniform(0.92, 1.12)) if kind == "catalog" else 1.0,
        polish=float(rng.uniform(0.7, 1.7)),
        tile=float(rng.uniform(2.4, 4.6)),
        development=postprocess.draw(_stream(seed, product, view, 3), CLEAN_SHARES[kind]),
    )


def _surface(setup: staging.Setup, reach: float, tile: float) -> tuple[Mesh, Array] | None:
    """Returns the backdrop: a table that curves up behind the piece, or a wall, or nothing."""
    if setup.surface == "none":
        return None
    far = 60 * reach
    if setup.surface == "wall":
        solids = [*setup.piece.values(), *(prop.mesh for prop in setup.props)]
        behind = max(float(mesh.vertices[:, 1].max()) for mesh in solids) + 0.12 * reach
        profile = np.array([[behind, far], [behind, -far]])
    else:
        bend, back = 6 * reach, 12 * reach
        angle = np.linspace(0, np.pi / 2, 9)
        arc = np.stack([back + bend * np.sin(angle), bend * (1 - np.cos(angle))], axis=1)
        profile = np.concatenate([[[back + bend, 30 * reach]], arc[::-1], [[-far, 0.0]]])
    walked = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(profile, axis=0), axis=1))])
    rows = len(profile)
    vertices = np.zeros((rows, 2, 3))
    vertices[:, 0, 0], vertices[:, 1, 0] = -far, far
    vertices[:, :, 1:] = profile[:, None, :]
    # Count the pattern from under the piece, else a far corner decides how it lies there.
    middle = float(setup.framed[:, 0].mean())
    along_y = walked - walked[-1] if setup.surface == "table" else walked - walked[-1] / 2
    u = (vertices[:, :, 0] - middle) / (tile * reach) + 0.5
    v = np.broadcast_to((along_y / (tile * reach) + 0.5)[:, None], (rows, 2))
    flat_points = vertices.reshape(-1, 3)
    faces = meshes.grid_faces(rows, 2, False, False)[:, ::-1]
    return meshes.smooth(flat_points, faces), np.stack([u, v], axis=-1).reshape(-1, 2)


def compose(shot: Shot) -> tuple[engine.Scene, list[Array]]:
    """Returns the scene of a shot and the points (N, 3) of each piece in it."""
    setup = staging.stage(shot.product, shot.presentation, shot.stream(1))
    # A cut-out is sharp throughout, as catalogs stack theirs; its blurred edge would be grainy.
    chosen = replace(shot.framing, aperture=0.0) if setup.surface == "none" else shot.framing
    camera = framing.framed_by(chosen, setup.piece, setup.framed, setup.elevation, shot.stream(5))
    reach = float(np.linalg.norm(np.ptp(setup.framed, axis=0))) / 2
    looks = shot.stream(2)
    backdrop = BACKDROPS[shot.backdrop]
    light = panorama(shot.light, looks)
    if setup.surface != "table":  # a white sheet below, as studios use, keeps undersides lit
        light[HEIGHT // 2 :] = np.maximum(light[HEIGHT // 2 :], 0.6)
    product = shot.product
    look = engine.Look(
        metal=product.metal,
        roughness=METALS[product.metal].roughness * shot.polish,
        main=product.main,
        accent=product.accent,
        stone_color=STONES[product.main].colors.get(product.color) if product.main else None,
        second=product.second,
        inlay=product.inlay,
        inlay_color=inlay_color(product.inlay, product.color),
        backdrop=backdrop.paint(looks) * shot.glow,
        backdrop_roughness=backdrop.roughness,
        backdrop_specular=backdrop.specular,
    )
    left_out = isinstance(product, Negative) and product.absent
    scene = engine.Scene(
        {} if left_out else setup.piece,
        setup.props,
        _surface(setup, reach, shot.tile),
        look,
        light,
        camera,
    )
    return scene, setup.pieces()


@dataclass(frozen=True)
class Picture:
    """A finished picture and the pixel boxes (x0, y0, x1, y1) of the pieces in it."""

    image: Image.Image
    boxes: tuple[tuple[int, int, int, int], ...]


def take(shot: Shot, size: int, samples: int) -> Picture:
    """Renders and develops a shot; ``engine.start`` must have been called.

    Args:
        shot: What to take.
        size: Side of the square picture in pixels.
        samples: Rays a pixel.
    """
    scene, pieces = compose(shot)
    noise = shot.stream(4)
    light = engine.render(scene, size, samples, int(noise.integers(2**20)))
    image = postprocess.develop(light, shot.development, noise)
    return Picture(image, tuple(box_of(scene.camera, points, size) for points in pieces))
