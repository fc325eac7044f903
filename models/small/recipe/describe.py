"""What is said of a scene.

The grammar, always in this order of mention:

    object    = a [small|large] COLOUR FIGURE | a THING | something that I do not know
    ground    = a [textured|striped|checkered] COLOUR [and COLOUR] background
              | a background fading from COLOUR to COLOUR
    no object : GROUND
    one       : OBJECT on GROUND                       (in the middle)
              | OBJECT PLACE GROUND                    PLACE = on the left side of, at the top of,
                                                               in the top left corner of, ...
    two       : OBJECT to the left of|to the right of|above|below OBJECT on GROUND
    three     : OBJECT between OBJECT and OBJECT on GROUND
              | OBJECT to the left of|... OBJECT and OBJECT on GROUND

Of two figures of different sizes the large one is named first, otherwise the
left one, otherwise the upper one: there is one caption to a picture, so that a
word's probability tells how sure the model is of what it sees. A picture of
nothing in this world is "something that I do not know".
"""

from layout import HORIZONTAL, VERTICAL

SMALL, MEDIUM, LARGE = "small", "", "large"

SIDES = {
    ("low", "middle"): "on the left side of",
    ("high", "middle"): "on the right side of",
    ("middle", "low"): "at the top of",
    ("middle", "high"): "at the bottom of",
    ("middle", "middle"): "on",
    ("low", "low"): "in the top left corner of",
    ("high", "low"): "in the top right corner of",
    ("low", "high"): "in the bottom left corner of",
    ("high", "high"): "in the bottom right corner of",
}
RELATIONS = [*SIDES.values(), "to the left of", "to the right of", "above", "below", "between"]
DIRECTIONS = {HORIZONTAL: ("to the left of", "to the right of"), VERTICAL: ("above", "below")}


def with_article(words):
    return f"{'an' if words[0] in 'aeiou' and not words.startswith('unicorn') else 'a'} {words}"


def direction(first, second, axis):
    before = (first.x, first.y)[axis] < (second.x, second.y)[axis]
    return DIRECTIONS[axis][0 if before else 1]


def describe(scene):
    """The caption; also notes the canonical relation and puts the objects in the order of mention."""
    ground, items = scene.ground.phrase(), scene.items
    if not items:
        return ground
    if len(items) == 1:
        scene.relation = SIDES[tuple(scene.extra["zones"])]
        said = f"{items[0].phrase()} {scene.relation} {ground}"
    elif len(items) == 2:
        said = f"{describe_two(scene)} on {ground}"
    elif scene.relation == "between":
        said = f"{items[0].phrase()} between {items[1].phrase()} and {items[2].phrase()} on {ground}"
    else:
        scene.relation = direction(items[0], items[1], scene.extra["axis"])
        said = f"{items[0].phrase()} {scene.relation} {items[1].phrase()} and {items[2].phrase()} on {ground}"
    return said


def describe_two(scene):
    axis = scene.extra["axis"]
    first, second = sorted(scene.items, key=lambda item: (item.x, item.y)[axis])
    if (first.size_name, second.size_name) == (SMALL, LARGE):
        first, second = second, first
    scene.relation = direction(first, second, axis)
    scene.items = [first, second]
    return f"{first.phrase()} {direction(first, second, axis)} {second.phrase()}"
