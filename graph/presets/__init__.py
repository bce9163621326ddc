"""Published methods of the field by name, so that a paper can be repeated and then compared with chance."""

from __future__ import annotations

from graph.presets import cinus, coornet, coortweet, iannucci, keller_schoch, luceri, nizzoli, pacheco, qut
from graph.presets.base import Preset
from graph.presets.coortweet import CooRTweet

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        coortweet.PRESET,
        coornet.PRESET,
        qut.PRESET,
        pacheco.PRESET,
        keller_schoch.PRESET,
        luceri.PRESET,
        cinus.PRESET,
        nizzoli.PRESET,
        iannucci.PRESET,
    )
}

__all__ = ["PRESETS", "CooRTweet", "Preset"]
