"""The phases of training: what each draws its scenes from, and in pictures of which size."""

from dataclasses import dataclass

from scene import Mixture


@dataclass(frozen=True)
class Phase:
    """`until`: the share of the whole run at which it ends · `side`: of the pictures, in pixels · `auxiliary`: the weight of that loss."""

    name: str
    until: float
    side: int
    batch: int
    auxiliary: float
    mixture: Mixture


_THINGS = Mixture(counts=(0.02, 0.5, 0.3, 0.18), things=0.65, strangers=0.06, augment=0.6, thing_size=(0.24, 0.7), crowd=0.35, crowd_things=0.8)
_COMPANY = Mixture(counts=(0.04, 0.25, 0.35, 0.36), things=0.5, strangers=0.06, augment=0.8, crowd=0.32, crowd_things=0.65)
_ALL = Mixture(counts=(0.04, 0.27, 0.33, 0.36), things=0.48, strangers=0.07, crowd=0.16, crowd_things=0.6)

PHASES = [
    Phase("things", 0.25, 96, 176, 1.0, _THINGS),
    Phase("company", 0.66, 128, 144, 0.8, _COMPANY),
    Phase("all", 1.0, 144, 128, 0.7, _ALL),
]
"""Things of all sets first, large, in small pictures, which cost less; then company; then everything as it will be asked, in pictures of full size."""

HELD_OUT = {
    "figures": Mixture(counts=(0.0, 0.34, 0.33, 0.33), things=0.0, strangers=0.0, outside=0.0),
    "all": Mixture(counts=(0.0, 0.34, 0.33, 0.33), things=0.5, strangers=0.0, outside=0.0),
}
"""What the evaluation draws from, with seeds that training never uses."""
EVALUATION_SEED = 900_000_000
