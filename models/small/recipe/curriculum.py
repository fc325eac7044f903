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


_SMALL = Mixture(counts=(0.03, 0.27, 0.35, 0.35), things=0.42, small=0.55, strangers=0.09, augment=0.9, crowd=0.36, crowd_things=0.3)
_ALL = Mixture(counts=(0.03, 0.3, 0.34, 0.33), things=0.42, small=0.52, strangers=0.09, crowd=0.2, crowd_things=0.4)

PHASES = [
    Phase("small", 0.55, 144, 128, 0.8, _SMALL),
    Phase("all", 1.0, 160, 112, 0.7, _ALL),
]
"""First what the checkpoint that this run begins from finds hardest, small figures, many to a picture; then everything as it will be asked, in pictures of full size."""

HELD_OUT = {
    "figures": Mixture(counts=(0.0, 0.34, 0.33, 0.33), things=0.0, strangers=0.0, outside=0.0),
    "all": Mixture(counts=(0.0, 0.34, 0.33, 0.33), things=0.5, strangers=0.0, outside=0.0),
}
"""What the evaluation draws from, with seeds that training never uses."""
EVALUATION_SEED = 900_000_000
