"""Pictures of everyday things from several icon sets, rasterised once.

    python3 icons.py <folder with node_modules> icons.npz

Which sets, under which licences, and which names of theirs mean what:
`icons.json`. Of each set, the icons whose names are the Unicode names of
`../world.json`'s code points are the things; icons of other names serve as things that the
model has no word for. SVG is rasterised by two programs, cairosvg and
librsvg, since pictures of one thing must not always be smoothed alike.
"""

import hashlib
import io
import json
import re
import subprocess
import sys
import unicodedata
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from world import THINGS

CONTENTS = json.loads((Path(__file__).parent / "icons.json").read_text())
FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
FONT_SIZE = 109
"""The only size that the font's bitmaps have."""
SIDE = 128
UNKNOWN = "unknown"
UNKNOWN_ICONS = 190
"""Of each set, so many icons that the model has no word for."""


def plain(name):
    return name.replace("-", "").replace("_", "").replace(" ", "").lower()


def unicode_names(sets):
    """`code -> names` that sets and Unicode itself give to a code point."""
    names = defaultdict(set)
    for content in sets.values():
        for code, name in content["chars"].items():
            names[code.replace("-fe0f", "")].add(plain(name))
    for codes in [*THINGS.values(), *([int(code, 16) for code in codes] for codes in CONTENTS["more"].values())]:
        for code in codes:
            names[f"{code:x}"].add(plain(unicodedata.name(chr(code))))
    return names


def read_sets(modules):
    sets = {}
    for name in CONTENTS["packages"]:
        folder = Path(modules) / "@iconify-json" / name
        content = json.loads((folder / "icons.json").read_text())
        chars = folder / "chars.json"
        content["chars"] = json.loads(chars.read_text()) if chars.exists() else {}
        sets[name] = content
    return sets


def things_of(set_name, content, names):
    """`icon name -> thing` of one set."""
    found = {}
    special = CONTENTS["names"].get(set_name, {})
    by_plain = {plain(name): name for name in content["icons"]}
    suffix = "fill" if set_name == "ph" else ""
    for kind, codes in THINGS.items():
        if kind in special:
            found |= {name: kind for name in special[kind] if name in content["icons"]}
            continue
        codes = [f"{code:x}" for code in codes] + CONTENTS["more"].get(kind, [])
        wanted = set() if suffix or set_name in ("mdi",) else {name for code in codes for name in names[code]}
        wanted.add(plain(kind) + suffix)
        found |= {by_plain[name]: kind for name in wanted if name in by_plain}
    return found


def unknown_of(content, things, names):
    """Icons of one set that are like nothing in the world."""
    unlike = re.compile(CONTENTS["unlike"])
    taken = {plain(name) for name in things} | {plain(kind) for kind in THINGS}
    free = [name for name in content["icons"] if not unlike.search(name) and plain(name) not in taken]
    free.sort(key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return free[:UNKNOWN_ICONS]


def svg_of(content, name):
    icon = content["icons"][name]
    width = icon.get("width", content.get("width", 16))
    height = icon.get("height", content.get("height", 16))
    left, top = icon.get("left", 0), icon.get("top", 0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="320" height="{320 * height / width:.0f}" '
        f'viewBox="{left} {top} {width} {height}">{icon["body"].replace("currentColor", "#000")}</svg>'
    )


def rasterise(task):
    """`uint8 [SIDE, SIDE, 4]`, cut to what is visible and centred; None where nothing can be drawn."""
    program, svg = task
    try:
        if program == "cairo":
            import cairosvg

            file = cairosvg.svg2png(svg.encode())
        else:
            file = subprocess.run(["rsvg-convert"], input=svg.encode(), capture_output=True, check=True, timeout=20).stdout
        return squared(Image.open(io.BytesIO(file)).convert("RGBA"))
    except Exception as error:  # an icon that a program cannot draw is left out
        print(f"left out: {error}", file=sys.stderr)
        return None


def squared(image):
    box = image.getchannel("A").point(lambda alpha: 255 if alpha > 16 else 0).getbbox()
    if not box:
        return None
    cut = image.crop(box)
    side = max(cut.size)
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    square.paste(cut, ((side - cut.width) // 2, (side - cut.height) // 2))
    return np.asarray(square.resize((SIDE, SIDE), Image.BOX if side >= 2 * SIDE else Image.LANCZOS))


def glyph(font, code):
    image = Image.new("RGBA", (160, 160), (0, 0, 0, 0))
    ImageDraw.Draw(image).text((12, 16), chr(code), font=font, embedded_color=True)
    return squared(image)


def main(modules, target):
    sets = read_sets(modules)
    names = unicode_names(sets)
    font = ImageFont.truetype(FONT, FONT_SIZE)
    rows = [("font", kind, glyph(font, code)) for kind, codes in THINGS.items() for code in codes]
    tasks, owners = [], []
    for set_name, content in sets.items():
        things = things_of(set_name, content, names)
        for name, kind in [*things.items(), *((name, UNKNOWN) for name in unknown_of(content, things, names))]:
            chosen = CONTENTS["rasterisers"].get(set_name) or ("cairo", "rsvg")[hashlib.sha256(name.encode()).digest()[0] % 2]
            tasks.append((chosen, svg_of(content, name)))
            owners.append((set_name, kind))
    with ProcessPoolExecutor(2) as pool:
        drawn = pool.map(rasterise, tasks, chunksize=16)
        rows += [(*owner, picture) for owner, picture in zip(owners, drawn) if picture is not None]
    pictures = np.stack([picture for _, _, picture in rows])
    np.savez(target, pictures=pictures, sets=np.array([row[0] for row in rows]), kinds=np.array([row[1] for row in rows]))
    for set_name in ["font", *sets]:
        mine = [kind for owner, kind, _ in rows if owner == set_name]
        print(f"{set_name}: {len(set(mine) - {UNKNOWN})} of {len(THINGS)} things, {mine.count(UNKNOWN)} others")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
