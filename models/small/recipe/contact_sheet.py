"""Draws forty held-out scenes with the model's captions and scores under them.

    python3 contact_sheet.py ../checkpoint icons.npz sheet.png

The sheet shows pictograms of all the sets: it is to be looked at, not to be passed on.
"""

import sys
import textwrap

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import checkpoint
from curriculum import EVALUATION_SEED, HELD_OUT
from draw import Artist
from evaluate import agree, canonical, captions, held_out, outside, understand

COLUMNS, ROWS, OUTSIDE = 8, 5, 4
PICTURE, TEXT = 160, 74
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def main(directory, icons, target):
    """The last pictures are from outside the scenes' world: their scores should be low."""
    model, artist = checkpoint.load(directory), Artist(icons)
    side = model.shape.image_size
    pictures, sayings = held_out(artist, side, HELD_OUT["all"], COLUMNS * ROWS - OUTSIDE, EVALUATION_SEED + 1)
    pictures = [*pictures, *outside(artist, side, OUTSIDE, EVALUATION_SEED + 1)]
    told = captions(model, np.stack(pictures))
    font = ImageFont.truetype(FONT, 11)
    sheet = Image.new("RGB", (COLUMNS * (PICTURE + 8) + 8, ROWS * (PICTURE + TEXT) + 8), "white")
    draw = ImageDraw.Draw(sheet)
    for index, (picture, (caption, score)) in enumerate(zip(pictures, told)):
        left = 8 + index % COLUMNS * (PICTURE + 8)
        top = 8 + index // COLUMNS * (PICTURE + TEXT)
        sheet.paste(Image.fromarray(picture).resize((PICTURE, PICTURE), Image.LANCZOS), (left, top))
        draw.rectangle((left, top, left + PICTURE - 1, top + PICTURE - 1), outline="#bbbbbb")
        text = "\n".join(textwrap.wrap(f"{score:.2f}  {caption}", 27))
        draw.text((left, top + PICTURE + 2), text, verdict(caption, sayings, index), font=font, spacing=1)
    sheet.save(target, optimize=True)


def verdict(caption, sayings, index):
    """The text's colour: black where wholly right, red where not, grey outside the world."""
    if index >= len(sayings):
        return "#777777"
    told = understand(caption)
    return "black" if told and agree(canonical(told), canonical(sayings[index])) else "#c00000"


if __name__ == "__main__":
    main(*sys.argv[1:4])
