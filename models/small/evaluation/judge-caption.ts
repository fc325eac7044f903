import type { Direction, Scene, SceneObject } from './scene.js';
import type { SaidGround, SaidObject, Saying } from './read-caption.js';

/** A share still to be divided: so many right of so many. */
export interface Count {
  right: number;
  of: number;
}

/** What of a caption is true of its scene. */
export interface Verdict {
  /** Objects of the scene that are named. */
  recall: Count;
  /** Named objects that are in the scene. */
  precision: Count;
  figures: Count;
  things: Count;
  /** Colours of the figures that are named, and of the ground. */
  colours: Count;
  figureColours: Count;
  groundColours: Count;
  /** Sizes of the figures that are named. */
  sizes: Count;
  groundStyle: boolean;
  relation: boolean;
  wholly: boolean;
  /** Every object of the scene and what was said in its stead. */
  pairs: Pair[];
}

export interface Pair {
  truth: SceneObject;
  said: SaidObject | undefined;
}

/** Judges what a caption says by what is in the scene and where: any true way of putting it is right. */
export function judgeCaption(saying: Saying, scene: Scene): Verdict {
  const matchings = bestMatchings(saying.objects, scene.objects);
  const pairs = matchings[0]!.map((said, index) => ({ truth: scene.objects[index]!, said }));
  const named = pairs.filter(({ truth, said }) => said?.kind === truth.kind);
  const figures = named.filter(({ truth }) => truth.colour);
  const figureColours = count(figures, ({ truth, said }) => said!.colour === truth.colour!.name);
  const sizes = count(figures, ({ truth, said }) => said!.size === truth.size);
  const groundColours = judgeGroundColours(saying.ground, scene);
  const ofKind = (isFigure: boolean): Count =>
    count(
      pairs.filter(({ truth }) => Boolean(truth.colour) === isFigure),
      (pair) => named.includes(pair),
    );
  // where several ways to match are equally good, nobody knows which object is meant: all must be true
  const relation = matchings.every((matching) => isRelationTrue(saying, matching, scene));
  const groundStyle = saying.ground?.style === scene.ground.style;
  const areAllNamed = named.length === scene.objects.length && saying.objects.length === named.length;
  return {
    recall: { right: named.length, of: scene.objects.length },
    precision: { right: named.length, of: saying.objects.length },
    figures: ofKind(true),
    things: ofKind(false),
    colours: { right: figureColours.right + groundColours.right, of: figureColours.of + groundColours.of },
    figureColours,
    groundColours,
    sizes,
    groundStyle,
    relation,
    wholly: areAllNamed && relation && groundStyle && [figureColours, sizes, groundColours].every(isFull),
    pairs,
  };
}

type Matching = (SaidObject | undefined)[];

/** For every object of the scene what is said of it, in all the ways that make the most of the caption. */
function bestMatchings(said: readonly SaidObject[], truth: readonly SceneObject[]): Matching[] {
  const slots: Matching = [...said, ...truth.map(() => undefined)];
  const candidates = arrangements(slots, truth.length);
  const scores = candidates.map((matching) =>
    matching.reduce((sum, one, index) => sum + likeness(one, truth[index]!), 0),
  );
  const best = Math.max(...scores);
  return candidates.filter((_, index) => scores[index] === best);
}

function likeness(said: SaidObject | undefined, truth: SceneObject): number {
  if (!said) return 0;
  const isSameColour = said.colour !== undefined && said.colour === truth.colour?.name;
  const isSameSort = Boolean(said.colour) === Boolean(truth.colour);
  const isSameSize = said.size !== undefined && said.size === truth.size;
  return (
    1 + (said.kind === truth.kind ? 100 : 0) + (isSameSort ? 20 : 0) + (isSameColour ? 10 : 0) + (isSameSize ? 2 : 0)
  );
}

function arrangements<T>(items: readonly T[], length: number): T[][] {
  if (length === 0) return [[]];
  return items.flatMap((item, index) =>
    arrangements(items.toSpliced(index, 1), length - 1).map((rest) => [item, ...rest]),
  );
}

function isRelationTrue(saying: Saying, matching: Matching, scene: Scene): boolean {
  if (saying.objects.length !== scene.objects.length) return false;
  if (scene.layout.name === 'place') return saying.place === scene.layout.place;
  const places = saying.objects.map((said) => scene.objects[matching.indexOf(said)]);
  if (!places.every((place) => place !== undefined)) return false;
  const [first, ...others] = places as [SceneObject, ...SceneObject[]];
  if (saying.direction === 'between') return others.length === 2 && isBetween(first, others[0]!, others[1]!);
  if (!saying.direction) return false;
  return others.every((other) => isDirected(first, other, saying.direction as Direction, others.length));
}

const steps: Readonly<Record<Direction, readonly ['x' | 'y', number]>> = {
  left: ['x', -1],
  right: ['x', 1],
  above: ['y', -1],
  below: ['y', 1],
};

/** Of two objects the direction must be the plainer of the two axes'; one against two may stand obliquely to each. */
function isDirected(a: SceneObject, b: SceneObject, direction: Direction, others: number): boolean {
  const [axis, sign] = steps[direction];
  const ahead = (a[axis] - b[axis]) * sign;
  const aside = Math.abs(axis === 'x' ? a.y - b.y : a.x - b.x);
  return others === 1 ? ahead > aside : ahead > 0.2;
}

function isBetween(middle: SceneObject, a: SceneObject, b: SceneObject): boolean {
  return (['x', 'y'] as const).some((axis) => {
    const isInside = (a[axis] - middle[axis]) * (b[axis] - middle[axis]) < 0;
    const other = axis === 'x' ? 'y' : 'x';
    return isInside && Math.max(...[a, b].map((end) => Math.abs(end[other] - middle[other]))) < 0.2;
  });
}

function judgeGroundColours(said: SaidGround | undefined, { ground }: Scene): Count {
  // side by side, either colour may be named first, and a fading ground may be read from either end
  return count(
    ground.colours,
    ({ name }) => said?.colours.length === ground.colours.length && said.colours.includes(name),
  );
}

function count<T>(items: readonly T[], isRight: (item: T) => boolean): Count {
  return { right: items.filter(isRight).length, of: items.length };
}

function isFull({ right, of }: Count): boolean {
  return right === of;
}
