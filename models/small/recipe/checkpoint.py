"""The Hugging Face layout: `config.json`, `model.safetensors` and the tokenizer's files."""

import json
from pathlib import Path

import numpy as np
import torch

import tensorfile
from model import Blip, BlipShape

CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073]
CLIP_STD = [0.26862954, 0.26130258, 0.27577711]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PAD, UNKNOWN, CLS, SEP, MASK = range(5)


def shape_of(config):
    """The sizes in a parsed `config.json`."""
    vision, text = config["vision_config"], config["text_config"]
    return BlipShape(
        image_size=vision["image_size"],
        patch_size=vision["patch_size"],
        vision_width=vision["hidden_size"],
        vision_layers=vision["num_hidden_layers"],
        vision_heads=vision["num_attention_heads"],
        vision_feed_forward=vision["intermediate_size"],
        vision_epsilon=vision["layer_norm_eps"],
        text_width=text["hidden_size"],
        text_layers=text["num_hidden_layers"],
        text_heads=text["num_attention_heads"],
        text_feed_forward=text["intermediate_size"],
        text_epsilon=text["layer_norm_eps"],
        text_positions=text["max_position_embeddings"],
        vocabulary=text["vocab_size"],
    )


def load(directory):
    """The model of a checkpoint directory, in float32, ready to evaluate."""
    directory = Path(directory)
    model = Blip(shape_of(json.loads((directory / "config.json").read_text())))
    tensors = tensorfile.read(directory / "model.safetensors")
    model.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in tensors.items()})
    return model.eval()


def grown(directory, shape, fresh, words):
    """The state of an earlier checkpoint, in a model of more words and a finer grid: what it lacks is as in `fresh`."""
    old = load(directory).state_dict()
    known = {word: index for index, word in enumerate((Path(directory) / "vocab.txt").read_text().splitlines())}
    rows = [known.get(word) for word in SPECIAL + words] + [len(known), len(known) + 1]
    state = {}
    for name, tensor in fresh.items():
        before = old[name]
        if before.shape == tensor.shape:
            state[name] = before
        elif name.endswith("vision_model.embeddings.position_embedding"):
            state[name] = resized(before, shape.grid)
        else:
            state[name] = torch.stack([tensor[new] * 0.3 if row is None else before[row] for new, row in enumerate(rows)])
    return state


def resized(positions, grid):
    whole = round((positions.shape[1] - 1) ** 0.5)
    square = positions[:, 1:].reshape(1, whole, whole, -1).permute(0, 3, 1, 2)
    between = torch.nn.functional.interpolate(square, (grid, grid), mode="bilinear", align_corners=False)
    return torch.cat([positions[:, :1], between.flatten(2).transpose(1, 2)], 1)


def save(directory, shape, state, words):
    """Writes a whole checkpoint directory; `words` are the vocabulary after the special tokens."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    tensorfile.write(directory / "model.safetensors", {name: rounded(tensor) for name, tensor in state.items()})
    files = {
        "config.json": config_of(shape),
        "generation_config.json": {
            "bos_token_id": shape.vocabulary - 2,
            "eos_token_id": SEP,
            "pad_token_id": PAD,
            "max_length": 32,
        },
        "preprocessor_config.json": preprocessor_of(shape),
        "special_tokens_map.json": special_tokens(),
        "tokenizer_config.json": {
            "do_lower_case": True,
            **special_tokens(),
            "tokenize_chinese_chars": True,
            "strip_accents": None,
            "model_max_length": shape.text_positions,
            "tokenizer_class": "BertTokenizer",
        },
    }
    for name, content in files.items():
        (directory / name).write_text(json.dumps(content, indent=2) + "\n")
    (directory / "vocab.txt").write_text("\n".join(SPECIAL + words) + "\n")


def rounded(tensor):
    """The tensor as float32 with twelve bits of mantissa, which no caption notices and which compresses to two thirds."""
    bits = np.ascontiguousarray(tensor.detach().float().cpu().numpy()).view(np.uint32)
    return ((bits + np.uint32(1 << 10)) & np.uint32(0xFFFFF800)).view(np.float32)


def special_tokens():
    return {
        "unk_token": "[UNK]",
        "sep_token": "[SEP]",
        "pad_token": "[PAD]",
        "cls_token": "[CLS]",
        "mask_token": "[MASK]",
    }


def preprocessor_of(shape):
    return {
        "do_convert_rgb": True,
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": CLIP_MEAN,
        "image_processor_type": "BlipImageProcessor",
        "image_std": CLIP_STD,
        "resample": 3,
        "rescale_factor": 1 / 255,
        "size": {"height": shape.image_size, "width": shape.image_size},
    }


def config_of(shape):
    """`config.json`: the decoder starts from the id behind the vocabulary, as in the published models."""
    return {
        "architectures": ["BlipForConditionalGeneration"],
        "model_type": "blip",
        "torch_dtype": "float32",
        "projection_dim": shape.text_width,
        "image_text_hidden_size": shape.text_width,
        "logit_scale_init_value": 2.6592,
        "initializer_factor": 1.0,
        "initializer_range": 0.02,
        "text_config": {
            "model_type": "blip_text_model",
            "vocab_size": shape.vocabulary,
            "hidden_size": shape.text_width,
            "encoder_hidden_size": shape.vision_width,
            "intermediate_size": shape.text_feed_forward,
            "num_hidden_layers": shape.text_layers,
            "num_attention_heads": shape.text_heads,
            "max_position_embeddings": shape.text_positions,
            "hidden_act": "gelu",
            "layer_norm_eps": shape.text_epsilon,
            "hidden_dropout_prob": 0.0,
            "attention_probs_dropout_prob": 0.0,
            "initializer_range": 0.02,
            "bos_token_id": shape.vocabulary - 2,
            "eos_token_id": 2,
            "pad_token_id": PAD,
            "sep_token_id": SEP,
            "max_length": 32,
            "is_decoder": True,
            "use_cache": True,
            "tie_word_embeddings": False,
        },
        "vision_config": {
            "model_type": "blip_vision_model",
            "image_size": shape.image_size,
            "patch_size": shape.patch_size,
            "hidden_size": shape.vision_width,
            "intermediate_size": shape.vision_feed_forward,
            "num_hidden_layers": shape.vision_layers,
            "num_attention_heads": shape.vision_heads,
            "hidden_act": "gelu",
            "layer_norm_eps": shape.vision_epsilon,
            "attention_dropout": 0.0,
            "initializer_range": 0.02,
        },
    }
