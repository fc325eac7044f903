"""Trains the model from an earlier checkpoint to the one that ships, in one run.

    python3 train.py icons.npz --from first --state state.pt --output ../checkpoint --minutes 70
    python3 train.py icons.npz --from first --state state.pt --output ../checkpoint --replay ../checkpoint/run.json

What is learned when, and how fast the rate falls, follows the run's progress
from 0 to 1 (`curriculum.py`). With `--minutes` that is the time passed, so that a run ends on time
on any machine, whatever else that does; the progress by step is written to `run.json`
beside the checkpoint, and `--replay` repeats a recorded run step by step, however long it takes.

`--from` is a checkpoint of fewer words or smaller pictures; without it the run begins from nothing.
`--state` is the whole state (weights, their running mean, optimisers), saved
now and then, on SIGTERM and at the end; where it exists the run goes on from it.
`--output` receives a Hugging Face checkpoint of the averaged weights at every save.
"""

import argparse
import bisect
import copy
import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

import checkpoint
from auxiliary import AuxiliaryHead
from batches import Batches, loader
from curriculum import PHASES
from draw import Artist
from initial import initialise
from learner import DEVICE, Learner, normalised
from model import Blip, BlipShape
from muon import optimisers
from world import VOCABULARY, WORDS

SHAPE = BlipShape(
    image_size=160,
    patch_size=16,
    vision_width=256,
    vision_layers=5,
    vision_heads=8,
    vision_feed_forward=1024,
    vision_epsilon=1e-5,
    text_width=192,
    text_layers=3,
    text_heads=6,
    text_feed_forward=384,
    text_epsilon=1e-12,
    text_positions=48,
    vocabulary=VOCABULARY,
)
AVERAGING = 0.995
RATE = 0.4
"""Scales both optimisers' usual learning rates."""
DECAY = 0.6
SEED = 1
SAVE_EVERY = 200
MARK_EVERY = 50


def rate_at(step, progress):
    """Warm-up over 150 steps, then level, then straight down to nearly nothing over the last `DECAY` of the run."""
    return min(1.0, (step + 1) / 150, max(0.02, (1 - progress) / DECAY))


class Training:
    def __init__(self, arguments):
        self.arguments = arguments
        self.artist = Artist(arguments.icons)
        self.model = Blip(SHAPE).to(DEVICE)
        self.head = AuxiliaryHead(SHAPE.vision_width).to(DEVICE)
        self.pool = ThreadPoolExecutor(arguments.replicas)
        self.step, self.pictures, self.elapsed, self.progress = 0, 0, 0.0, 0.0
        self.marks = []
        self.replayed = json.loads(arguments.replay.read_text())["progress"] if arguments.replay else None
        self.stopping = False
        if not arguments.state.exists():
            self.begin()
        named = list(self.model.named_parameters())
        named += [(f"auxiliary.{name}", parameter) for name, parameter in self.head.named_parameters()]
        self.optimisers = optimisers(named, RATE, self.pool)
        self.peaks = [group["lr"] for optimiser in self.optimisers for group in optimiser.param_groups]
        self.mean = copy.deepcopy(self.model)
        if arguments.state.exists():
            self.load(torch.load(arguments.state, map_location=DEVICE))
        self.learners = [Learner(self.model, self.head)]
        for _ in range(1, arguments.replicas):
            self.learners.append(copy.deepcopy(self.learners[0]))

    def begin(self):
        """An earlier checkpoint, or a head start from pictures of the first phase."""
        if self.arguments.first:
            self.model.load_state_dict(checkpoint.grown(self.arguments.first, SHAPE, self.model.state_dict(), WORDS))
            return
        drawn = Batches(self.artist, PHASES[0], 77, 0, 8)
        initialise(self.model, normalised(torch.cat([drawn[index].pixels for index in range(8)])))

    def load(self, state):
        self.model.load_state_dict(state["model"])
        self.mean.load_state_dict(state["mean"])
        self.head.load_state_dict(state["head"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"]):
            optimiser.load_state_dict(saved)
        self.step, self.pictures, self.elapsed, self.marks = (state[name] for name in ("step", "pictures", "elapsed", "marks"))
        self.progress = state["progress"]

    def save(self):
        state = {
            "model": self.model.state_dict(),
            "mean": self.mean.state_dict(),
            "head": self.head.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            **{name: getattr(self, name) for name in ("step", "pictures", "elapsed", "marks", "progress")},
        }
        temporary = f"{self.arguments.state}.part"
        torch.save(state, temporary)
        os.replace(temporary, self.arguments.state)
        checkpoint.save(self.arguments.output, SHAPE, self.mean.state_dict(), WORDS)
        run = {"steps": self.step, "pictures": self.pictures, "minutes": round(self.elapsed / 60, 1), "progress": self.marks}
        (self.arguments.output / "run.json").write_text(json.dumps(run) + "\n")

    def advance(self, seconds):
        """Notes how far the run is; every `MARK_EVERY` steps, for the record."""
        self.elapsed += seconds
        if self.replayed:
            self.progress = between(self.replayed, self.step)
        else:
            self.progress = min(1.0, self.elapsed / (60 * self.arguments.minutes))
        if self.step % MARK_EVERY == 0 or self.progress == 1:
            self.marks.append([self.step, round(self.progress, 5)])

    def run(self):
        self.advance(0)
        while self.progress < 1 and not self.stopping:
            phase = next(phase for phase in PHASES if self.progress < phase.until)
            self.learn_phase(phase)
        self.save()

    def learn_phase(self, phase):
        started = last = time.time()
        losses = []
        for learner in self.learners:
            learner.auxiliary = phase.auxiliary
        for batch in loader(self.artist, phase, SEED, self.step, 100_000):
            factor = rate_at(self.step, self.progress)
            groups = [group for optimiser in self.optimisers for group in optimiser.param_groups]
            for group, peak in zip(groups, self.peaks):
                group["lr"] = peak * factor
            losses.append(self.learn(batch))
            self.step += 1
            self.pictures += phase.batch
            now = time.time()
            self.advance(now - last)
            last = now
            if self.step % 50 == 0:
                caption, extra = (sum(column) / len(losses) for column in zip(*losses))
                pace = len(losses) * phase.batch / (now - started)
                print(
                    f"{time.strftime('%H:%M:%S')} {phase.name} step {self.step} pictures {self.pictures} progress {self.progress:.3f} "
                    f"caption {caption:.4f} auxiliary {extra:.4f} rate {factor:.2f} {pace:.0f} pictures/s",
                    flush=True,
                )
                started, losses = now, []
            if self.stopping or self.progress >= phase.until:
                break
            if self.step % SAVE_EVERY == 0:
                self.save()

    def stop(self, *_):
        """On SIGTERM: the step under way is finished, then the state saved."""
        self.stopping = True

    def learn(self, batch):
        """One step. Every replica learns from its share of the batch in a thread of its own."""
        count = len(self.learners)
        shares = [batch.share(index, count) for index in range(count)]
        losses = list(self.pool.map(Learner.learn, self.learners, shares))
        leader, *others = (learner.parameters() for learner in self.learners)
        for other in others:
            torch._foreach_add_([parameter.grad for parameter in leader], [parameter.grad for parameter in other])
        torch._foreach_div_([parameter.grad for parameter in leader], count)
        torch.nn.utils.clip_grad_norm_(leader, 2.0)
        for optimiser in self.optimisers:
            optimiser.step()
        keep = min(AVERAGING, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for other in others:
                for copied, parameter in zip(other, leader):
                    copied.copy_(parameter)
            for mean, current in zip(self.mean.parameters(), self.model.parameters()):
                mean.lerp_(current, 1 - keep)
        for parameter in [*leader, *(parameter for other in others for parameter in other)]:
            parameter.grad = None
        return [sum(column) / count for column in zip(*losses)]


def between(marks, step):
    """The progress at a step, from a record of `[step, progress]`."""
    place = min(bisect.bisect_right([at for at, _ in marks], step), len(marks) - 1)
    (low, begin), (high, end) = marks[place - 1], marks[place]
    return min(1.0, begin + (end - begin) * (step - low) / max(1, high - low)) if step < high else end


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("icons", type=Path, help="what icons.py wrote")
    parser.add_argument("--from", dest="first", type=Path, help="a checkpoint to begin from")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float)
    length.add_argument("--replay", type=Path)
    parser.add_argument("--replicas", type=int, default=1 if DEVICE == "cuda" else 2, help="one thread each")
    return parser.parse_args()


if __name__ == "__main__":
    arguments = parse()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    training = Training(arguments)
    signal.signal(signal.SIGTERM, training.stop)
    training.run()
