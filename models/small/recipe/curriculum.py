"""The phases of training: what each draws its scenes from."""

from scene import Mixture

PHASES = {
    "warm": Mixture(counts=(0.02, 0.55, 0.31, 0.12), things=0.15, outside=0.03, augment=0.5, thing_size=(0.3, 0.7)),
    "sight": Mixture(counts=(0.02, 0.5, 0.3, 0.18), things=0.15, augment=0.6, thing_size=(0.25, 0.7), crowd=0.67, crowd_things=0.25),
    "company": Mixture(counts=(0.02, 0.24, 0.36, 0.38), things=0.3, augment=0.8, crowd=0.45, crowd_things=0.4),
    "things": Mixture(counts=(0.02, 0.36, 0.36, 0.26), things=0.6, crowd=0.6, crowd_things=0.7),
    "all": Mixture(counts=(0.02, 0.24, 0.36, 0.38), things=0.4, crowd=0.3, crowd_things=0.5),
}
"""Large and alone first, then figures in company, then things, then everything as it will be asked."""

HELD_OUT = {
    "figures": Mixture(counts=(0.0, 0.34, 0.33, 0.33), things=0.0, outside=0.0),
    "all": Mixture(counts=(0.0, 0.34, 0.33, 0.33), things=0.5, outside=0.0),
}
"""What the evaluation draws from, with seeds that training never uses."""
EVALUATION_SEED = 900_000_000
