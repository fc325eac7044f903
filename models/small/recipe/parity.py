"""Checks this recipe's model against reference numbers of transformers.

    python3 parity.py <directory>

The directory holds `config.json`, `model.safetensors` and
`reference.safetensors` (pixel values, image embeddings, forced ids and logits,
in float32 and float64). Fails where embeddings or logits deviate by more than
float32's own rounding explains.
"""

import sys
from pathlib import Path

import torch

import checkpoint
import tensorfile


def main(directory):
    model = checkpoint.load(directory).double()
    reference = {name: torch.from_numpy(array.copy()) for name, array in tensorfile.read(directory / "reference.safetensors").items()}
    with torch.no_grad():
        image = model.vision_model(reference["pixel_values"].double())
        logits = model.text_decoder(reference["forced_input_ids"], image)
    worst = {
        "embeddings": (image - reference["image_embeds_f64"]).abs().max().item(),
        "logits": (logits - reference["forced_logits_f64"]).abs().max().item(),
    }
    for name, deviation in worst.items():
        print(f"{name}: largest deviation {deviation:.2e}")
    assert max(worst.values()) < 1e-6, "the model deviates from the reference"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
