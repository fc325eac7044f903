import { chanceOf, type Chance } from './chance.js';
import { composeScene, waysOf, type SceneSort } from './compose-scene.js';
import { drawScene } from './draw-scene.js';
import { visibleShare, type Pictograms } from './pictograms.js';
import type { Scene } from './scene.js';
import type { World } from './world.js';

export interface DrawnScene {
  scene: Scene;
  /** The bytes of a picture file. */
  picture: Buffer;
}

/** Least part of a pictogram that differs from the ground: a ghost on white is nothing to ask anyone about. */
const leastVisible = 0.4;

/** Draws one of a seed's scenes of a sort, which is always the same. */
export async function heldOutScene(
  world: World,
  pictograms: Pictograms,
  sort: SceneSort,
  seed: number,
  index: number,
): Promise<DrawnScene> {
  const chance = chanceOf(seed, index);
  const scene = await visibleScene(chance, world, pictograms, sort);
  return { scene, picture: await drawScene(scene, chance, pictograms) };
}

async function visibleScene(chance: Chance, world: World, pictograms: Pictograms, sort: SceneSort): Promise<Scene> {
  for (;;) {
    const scene = composeScene(chance, world, waysOf[sort]);
    const behind = scene.ground.colours.map(({ shade }) => shade);
    const codePoints = scene.objects.flatMap(({ codePoint }) => codePoint ?? []);
    const shares = await Promise.all(
      codePoints.map(async (codePoint) => visibleShare(await pictograms.get(codePoint), behind)),
    );
    if (shares.every((share) => share >= leastVisible)) return scene;
  }
}
