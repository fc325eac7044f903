import type { CaptionModel } from '../caption-model.js';

/** A PNG file: a red disc on white, 64 pixels a side. */
const knownPicture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQMAAACQp+OdAAAABlBMVEX////WKCi0LpysAAAAbUlEQVR42mNgoC/g/wFl1P+H0Iz//x8AM9j///8AUfL/P0SR/P//f8AM+////0E1/YdoA9L/GyC6IfrhDGYQ4wEygx3E+ICVwQ9i/KAiA49dmA7DdDzcXwifwv0ODw14+MBDDB6G8FBFhDONAQDAZaRSXl14FwAAAABJRU5ErkJggg==',
  'base64',
);

/**
 * Captions a picture of which nothing is wrong; what it says does not matter.
 * @throws ModelBrokenError where it computes what is no number
 */
export async function proveModel(model: CaptionModel): Promise<void> {
  const [outcome] = await model.caption([knownPicture]);
  if (outcome && 'error' in outcome) throw outcome.error;
}
