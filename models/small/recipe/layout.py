"""Where the objects of a scene stand.

All positions and sizes are fractions of the picture's width and height, since
the model sees every picture resized to a square.
"""

import math

HORIZONTAL, VERTICAL = 0, 1


def extent(item, stretch):
    """Half the width and half the height."""
    root = math.sqrt(stretch)
    return item.size * root / 2, item.size / root / 2


def scatter(random, scene):
    """Places every object anywhere inside; false where two come too close."""
    items, scene.items = scene.items, []
    fits = True
    for item in items:
        fits = fits and settle(random, scene, item)
        scene.items.append(item)
    return fits


def settle(random, scene, item):
    """Places one more object anywhere inside; false where it comes too close to another."""
    half = extent(item, scene.stretch)
    if max(half) > 0.47:
        return False
    item.x, item.y = (random.uniform(h + 0.01, 0.99 - h) for h in half)
    for other in scene.items:
        across = extent(other, scene.stretch)
        if abs(item.x - other.x) < half[0] + across[0] and abs(item.y - other.y) < half[1] + across[1]:
            return False
    return True


def place_none(random, scene):
    return True


ZONES = {"low": (0.0, 0.37), "middle": (0.43, 0.57), "high": (0.63, 1.0)}


def place_one(random, scene):
    item = scene.items[0]
    half = extent(item, scene.stretch)
    zones = []
    for h in half:
        if h > 0.49:
            return False
        possible = [zone for zone, (low, high) in ZONES.items() if max(low, h) < min(high, 1 - h)]
        zones.append(random.choice(possible + ["middle"]))
    low = [max(ZONES[zone][0], h) for zone, h in zip(zones, half)]
    high = [min(ZONES[zone][1], 1 - h) for zone, h in zip(zones, half)]
    item.x, item.y = (random.uniform(a, b) for a, b in zip(low, high))
    scene.extra["zones"] = zones
    return True


def place_two(random, scene):
    if not scatter(random, scene):
        return False
    first, second = scene.items
    across, down = abs(first.x - second.x), abs(first.y - second.y)
    if max(across, down) < 1.35 * min(across, down):
        return False
    scene.extra["axis"] = HORIZONTAL if across > down else VERTICAL
    return True


def place_three(random, scene):
    return place_row(random, scene) if random.random() < 0.15 else place_one_against_two(random, scene)


def place_row(random, scene):
    """Three in a row, first the middle one, then the two around it."""
    axis = random.choice([HORIZONTAL, VERTICAL])
    halves = [extent(item, scene.stretch) for item in scene.items]
    room = 1 - 2 * sum(half[axis] for half in halves)
    if room < 0.02 or max(half[1 - axis] for half in halves) > 0.45:
        return False
    cuts = sorted(random.random() for _ in range(4))
    gaps = [cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 1 - cuts[2]]
    middle = random.uniform(0.3, 0.7)
    position = 0.0
    for index, gap in zip((1, 0, 2), gaps):
        position += gap * room + halves[index][axis]
        low, high = halves[index][1 - axis], 1 - halves[index][1 - axis]
        beside = min(high, max(low, middle + random.uniform(-0.07, 0.07)))
        set_place(scene.items[index], axis, position, beside)
        position += halves[index][axis]
    spots = [(item.x, item.y)[axis] for item in scene.items]
    beside = [(item.x, item.y)[1 - axis] for item in scene.items]
    if min(spots[0] - spots[1], spots[2] - spots[0]) < 1.5 * (max(beside) - min(beside)):
        return False
    scene.relation = "between"
    return True


def set_place(item, axis, along, beside):
    item.x, item.y = (along, beside) if axis == HORIZONTAL else (beside, along)


def place_one_against_two(random, scene):
    """The first on one side of the two others, which stand next to each other."""
    if not scatter(random, scene):
        return False
    places = [(item.x, item.y) for item in scene.items]
    for axis in (HORIZONTAL, VERTICAL):
        order = sorted(range(3), key=lambda index: places[index][axis])
        for alone, pair in ((order[0], order[1:]), (order[2], order[:2])):
            near = min(abs(places[alone][axis] - places[index][axis]) for index in pair)
            apart = abs(places[pair[0]][axis] - places[pair[1]][axis])
            beside = sorted((places[index][1 - axis] for index in pair))
            inside = beside[0] - 0.1 < places[alone][1 - axis] < beside[1] + 0.1
            if near > 0.2 and near > 1.6 * apart and beside[1] - beside[0] > max(0.15, 1.3 * apart) and inside:
                pair = sorted(pair, key=lambda index: places[index][1 - axis])
                scene.items = [scene.items[index] for index in (alone, *pair)]
                scene.extra["axis"] = axis
                return True
    return False


LAYOUTS = [place_none, place_one, place_two, place_three]
