"""Trains the model, phase by phase.

    python3 train.py --phase warm --steps 1500 --state state.pt
    python3 train.py --phase figures --steps 3000 --state state.pt --resume
    python3 train.py --phase all --steps 4000 --state state.pt --from ../checkpoint

`--state` is the whole state (weights, their running mean, optimisers), saved
now and then, on SIGTERM and at the end; `--resume` goes on from it, `--from` begins from a
checkpoint's weights. A state that was saved in mid-phase goes on in mid-phase.
`--output` receives a Hugging Face checkpoint of the averaged weights at every save.
"""

import argparse
import copy
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
import torch.nn.functional as F

import checkpoint
from auxiliary import AuxiliaryHead
from batches import loader, padded
from curriculum import PHASES
from initial import initialise
from model import Blip, BlipShape
from muon import optimisers
from world import VOCABULARY, WORDS

SHAPE = BlipShape(
    image_size=128,
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
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
AVERAGING = 0.995


def normalised(pixels):
    """uint8 `[n, side, side, 3]` to the model's input."""
    mean = torch.tensor(checkpoint.CLIP_MEAN, device=pixels.device) * 255
    std = torch.tensor(checkpoint.CLIP_STD, device=pixels.device) * 255
    return ((pixels.float() - mean) / std).permute(0, 3, 1, 2)


def look(vision, pixels):
    """The second layer's output and the vision tower's own."""
    x = vision.embeddings(pixels)
    for index, layer in enumerate(vision.encoder.layers):
        x = layer(x)
        if index == 1:
            early = x
    return early, vision.post_layernorm(x)


def caption_loss(model, image, captions):
    """Mean loss of a word. Short and long captions run apart, to pad less."""
    half = len(captions) // 2
    total, words = 0.0, 0
    for part, tokens in ((captions[:half], image[:half]), (captions[half:], image[half:])):
        inputs, targets = (ids.to(image.device) for ids in padded(part))
        logits = model.text_decoder(inputs, tokens).float()
        total = total + F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum")
        words += (targets >= 0).sum()
    return total / words


def rate_at(step, steps, decay):
    """Warm-up over 100 steps, then level, then straight down to a twentieth over the last `decay` share."""
    left = (steps - step) / max(1, steps * decay)
    return min(1.0, (step + 1) / 100, max(0.05, left))


class Training:
    def __init__(self, arguments):
        self.arguments = arguments
        self.model = Blip(SHAPE).to(DEVICE)
        self.head = AuxiliaryHead(SHAPE.vision_width).to(DEVICE)
        self.pool = ThreadPoolExecutor(arguments.replicas)
        self.phase, self.step, self.seen = arguments.phase, 0, 0
        self.stopping = False
        if arguments.start:
            self.model.load_state_dict(checkpoint.load(arguments.start).state_dict())
        elif not arguments.resume:
            first = next(iter(loader(PHASES["warm"], 1500, 77, 0, 1, workers=0)))
            initialise(self.model, normalised(first.pixels))
        named = list(self.model.named_parameters())
        named += [(f"auxiliary.{name}", parameter) for name, parameter in self.head.named_parameters()]
        self.optimisers = optimisers(named, arguments.rate, self.pool)
        self.peaks = [group["lr"] for optimiser in self.optimisers for group in optimiser.param_groups]
        self.mean = copy.deepcopy(self.model)
        if arguments.resume:
            self.load(torch.load(arguments.state, map_location=DEVICE))
        self.learners = [Learner(self.model, self.head, arguments.auxiliary)]
        for _ in range(1, arguments.replicas):
            self.learners.append(copy.deepcopy(self.learners[0]))

    def load(self, state):
        self.model.load_state_dict(state["model"])
        self.mean.load_state_dict(state["mean"])
        self.head.load_state_dict(state["head"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"]):
            optimiser.load_state_dict(saved)
        self.seen = state["seen"]
        if state["phase"] == self.phase and state["step"] < state["steps"]:
            self.step = state["step"]

    def save(self):
        state = {
            "model": self.model.state_dict(),
            "mean": self.mean.state_dict(),
            "head": self.head.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "phase": self.phase,
            "step": self.step,
            "steps": self.arguments.steps,
            "seen": self.seen,
        }
        temporary = f"{self.arguments.state}.part"
        torch.save(state, temporary)
        os.replace(temporary, self.arguments.state)
        if self.arguments.output:
            checkpoint.save(self.arguments.output, SHAPE, self.mean.state_dict(), WORDS)

    def run(self):
        arguments = self.arguments
        batches = loader(PHASES[self.phase], arguments.batch, arguments.seed, self.seen, arguments.steps - self.step)
        started, losses = time.time(), []
        for batch in batches:
            factor = rate_at(self.step, arguments.steps, arguments.decay)
            groups = [group for optimiser in self.optimisers for group in optimiser.param_groups]
            for group, peak in zip(groups, self.peaks):
                group["lr"] = peak * factor
            losses.append(self.learn(batch))
            self.step += 1
            self.seen += 1
            if self.step % 50 == 0:
                caption, extra = (sum(column) / len(losses) for column in zip(*losses))
                pace = len(losses) * arguments.batch / (time.time() - started)
                print(
                    f"{time.strftime('%H:%M:%S')} {self.phase} {self.step}/{arguments.steps} batch {self.seen} "
                    f"caption {caption:.4f} auxiliary {extra:.4f} rate {factor:.2f} {pace:.0f} pictures/s",
                    flush=True,
                )
                started, losses = time.time(), []
            if self.stopping:
                break
            if self.step % arguments.save_every == 0:
                self.save()
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
        keep = min(AVERAGING, (1 + self.seen) / (10 + self.seen))
        with torch.no_grad():
            for other in others:
                for copied, parameter in zip(other, leader):
                    copied.copy_(parameter)
            for mean, current in zip(self.mean.parameters(), self.model.parameters()):
                mean.lerp_(current, 1 - keep)
        for parameter in [*leader, *(parameter for other in others for parameter in other)]:
            parameter.grad = None
        return [sum(column) / count for column in zip(*losses)]


class Learner:
    """A model with its auxiliary head, and how they learn from one batch."""

    def __init__(self, model, head, auxiliary):
        self.model, self.head, self.auxiliary = model, head, auxiliary

    def parameters(self):
        return [*self.model.parameters(), *self.head.parameters()]

    def learn(self, batch):
        """Leaves gradients; returns the two losses."""
        labels = {name: tensor.to(DEVICE) for name, tensor in batch.labels.items()}
        with torch.autocast(DEVICE, torch.bfloat16):
            early, image = look(self.model.vision_model, normalised(batch.pixels.to(DEVICE)))
            crowds = sum(not caption for caption in batch.captions)
            caption = caption_loss(self.model, image[crowds:], batch.captions[crowds:])
            extra = self.head(early, image, labels)
        (caption + self.auxiliary * extra).backward()
        return caption.item(), extra.item()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phase", choices=PHASES, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--from", dest="start", type=Path)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--rate", type=float, default=1.0, help="scales both optimisers' learning rates")
    parser.add_argument("--decay", type=float, default=0.2, help="the share of the phase over which the rate falls")
    parser.add_argument("--auxiliary", type=float, default=0.5, help="the weight of the auxiliary loss")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save-every", type=int, default=250)
    parser.add_argument("--replicas", type=int, default=1 if DEVICE == "cuda" else 2, help="one thread each")
    return parser.parse_args()


if __name__ == "__main__":
    arguments = parse()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    training = Training(arguments)
    signal.signal(signal.SIGTERM, training.stop)
    training.run()
