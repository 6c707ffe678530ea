"""A path tracer whose light is absorbed along its way through stones (Beer and Lambert).

Mitsuba's ``path`` knows no absorbing interior and its ``volpath`` pays for scattering that clear
stones do not have. This one carries, beside the throughput, the absorption of the stone that a
ray is in. It needs a variant of Dr.Jit; it returns every sample, so that outliers can be told
from light, and the albedo and normals that a denoiser takes as guides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Surfaces:
    """What the tracer must know of each shape beside its BSDF, in the order of the scene.

    Attributes:
        absorption: Absorption inside it per mm at red, green, blue; shape (N, 3).
        overtone: Factor of its color where it is seen edge-on, as nacre has; shape (N, 3).
        albedo: Guide color of shapes with gloss only, else -1; shape (N, 3).
    """

    absorption: Floats
    overtone: Floats
    albedo: Floats


@dataclass(frozen=True)
class Traced:
    """What came out, pixel by pixel.

    Attributes:
        samples: Light and coverage of each sample, shape (H * W, samples, 4).
        albedo: Color of what is first seen, shape (H * W, 3), 0..1.
        normal: Its unit normal, shape (H * W, 3).
    """

    samples: Floats
    albedo: Floats
    normal: Floats


def trace(scene: Any, surfaces: Surfaces, size: int, samples: int, seed: int, depth: int) -> Traced:
    """Follows ``samples`` paths through each pixel of the scene's sensor.

    Args:
        scene: A loaded Mitsuba scene whose only light is a panorama.
        surfaces: Properties of its shapes.
        size: Side of the picture, pixels.
        samples: Paths a pixel.
        seed: Seed of the sampler.
        depth: How often a path may meet a surface.
    """
    import drjit as dr
    import mitsuba as mi

    count = size * size * samples
    sampler = mi.load_dict({"type": "independent", "sample_count": samples})
    sampler.seed(seed, count)
    index = dr.arange(mi.UInt32, count)
    pixel, turn = index // samples, index % samples
    # Each sample of a pixel has a strip of it for itself, which is more even than chance.
    jitter = sampler.next_2d()
    within = mi.Point2f((mi.Float(turn) + jitter.x) / samples, jitter.y)
    place = (mi.Point2f(mi.Float(pixel % size), mi.Float(pixel // size)) + within) / size
    ray, _ = scene.sensors()[0].sample_ray(0.0, 0.5, place, sampler.next_2d())
    absorption, overtone, albedos = (
        mi.Float(np.ravel(_by_identity(scene, table)))
        for table in (surfaces.absorption, surfaces.overtone, surfaces.albedo)
    )
    light, covered, albedo, normal = _follow(
        mi, dr, scene, sampler, mi.Ray3f(ray), depth, absorption, overtone, albedos
    )
    dr.eval(light, covered, albedo, normal)
    shape = (size * size, samples)
    red, green, blue, alpha = (
        np.array(values).reshape(shape) for values in (light.x, light.y, light.z, covered)
    )
    return Traced(
        np.stack([red, green, blue, alpha], axis=-1),
        np.stack([np.array(v).reshape(shape).mean(axis=1) for v in albedo], axis=-1),
        np.stack([np.array(v).reshape(shape).mean(axis=1) for v in normal], axis=-1),
    )


def _by_identity(scene: Any, table: Floats) -> Floats:
    """Returns a table (M, 3) whose row is a shape's number in Dr.Jit's registry."""
    import drjit as dr
    import mitsuba as mi

    numbers = np.array(dr.reinterpret_array(mi.UInt32, scene.shapes_dr()))
    result = np.zeros((int(numbers.max()) + 1, 3), dtype=np.float32)
    result[numbers] = table
    return result


def _follow(
    mi: Any, dr: Any, scene: Any, sampler: Any, ray: Any, depth: int,
    absorption: Any, overtone: Any, albedos: Any,
) -> tuple[Any, Any, Any, Any]:  # fmt: skip
    """Returns the light, coverage, first albedo and first normal of each ray."""
    context = mi.BSDFContext()

    def body(
        ray: Any, beta: Any, light: Any, inside: Any, pdf: Any, smooth: Any, level: Any,
        covered: Any, albedo: Any, normal: Any, sampler: Any, active: Any,
    ) -> tuple[Any, ...]:  # fmt: skip
        hit = scene.ray_intersect(ray, mi.RayFlags.All, level == 0, active=active)
        valid = active & hit.is_valid()
        escaped = active & ~hit.is_valid()
        # Background, weighed against having been sampled from the surface before.
        sky = scene.environment()
        sample = dr.zeros(mi.DirectionSample3f)
        sample.d = ray.d
        sky_pdf = sky.pdf_direction(hit, sample, escaped)
        share = dr.select(smooth, 1.0, pdf / (pdf + sky_pdf))
        seen = escaped & (level > 0)
        light += dr.select(seen, beta * sky.eval(hit, seen) * share, 0.0)

        identity = dr.reinterpret_array(mi.UInt32, hit.shape)
        beta *= dr.select(valid, dr.exp(-inside * hit.t), 1.0)
        bsdf = hit.bsdf(ray)
        facing = dr.abs(dr.dot(hit.wi, mi.Vector3f(0, 0, 1)))
        tint = dr.gather(mi.Color3f, overtone, identity, valid)
        beta *= dr.select(valid, dr.lerp(1.0, tint, dr.square(1.0 - facing)), 1.0)

        first = valid & (level == 0)
        covered = dr.select(first, 1.0, covered)
        guide = dr.gather(mi.Color3f, albedos, identity, first)
        plain = first & (guide.x < 0)
        guide = dr.select(plain, bsdf.eval_diffuse_reflectance(hit, plain), guide)
        albedo = dr.select(first, guide, albedo)
        normal = dr.select(first, hit.sh_frame.n, normal)

        # Light that reaches the point straight from the panorama.
        uneven = valid & mi.has_flag(bsdf.flags(), mi.BSDFFlags.Smooth)
        direct, weight = scene.sample_emitter_direction(hit, sampler.next_2d(), True, uneven)
        uneven &= direct.pdf > 0
        toward = hit.to_local(direct.d)
        value, towards_pdf = bsdf.eval_pdf(context, hit, toward, uneven)
        share = direct.pdf / (direct.pdf + towards_pdf)
        light += dr.select(uneven, beta * value * weight * share, 0.0)

        chosen, factor = bsdf.sample(context, hit, sampler.next_1d(), sampler.next_2d(), valid)
        entering = hit.wi.z > 0
        through = mi.has_flag(chosen.sampled_type, mi.BSDFFlags.DeltaTransmission)
        own = dr.gather(mi.Color3f, absorption, identity, valid)
        inside = dr.select(through & valid, dr.select(entering, own, 0.0), inside)
        beta *= dr.select(valid, factor, 1.0)
        pdf = chosen.pdf
        smooth = mi.has_flag(chosen.sampled_type, mi.BSDFFlags.Delta)
        ray = hit.spawn_ray(hit.to_world(chosen.wo))

        level += 1
        active = valid & (level < depth) & (dr.max(beta) > 0)
        survival = dr.minimum(dr.max(beta), 0.95)
        doubtful = active & (level > 3)
        gone = doubtful & (sampler.next_1d() >= survival)
        beta *= dr.select(doubtful, dr.rcp(dr.maximum(survival, 1e-6)), 1.0)
        return (ray, beta, light, inside, pdf, smooth, level, covered, albedo, normal, sampler,
                active & ~gone)  # fmt: skip

    state = dr.while_loop(
        state=(
            ray, mi.Color3f(1.0), mi.Color3f(0.0), mi.Color3f(0.0), mi.Float(1.0),
            mi.Bool(True), mi.UInt32(0), mi.Float(0.0), mi.Color3f(0.0), mi.Normal3f(0.0),
            sampler, mi.Bool(True),
        ),
        cond=lambda *state: state[-1],
        body=body,
        labels=("ray", "beta", "light", "inside", "pdf", "smooth", "level", "covered", "albedo",
                "normal", "sampler", "active"),
    )  # fmt: skip
    return state[2], state[7], state[8], state[9]
