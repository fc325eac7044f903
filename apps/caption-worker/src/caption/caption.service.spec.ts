import { ModelBrokenError, type CaptionModel, type CaptionOutcome } from '@ekphrasis/blip';
import { CaptionService } from './caption.service.js';

const picture = Buffer.from('a picture');

/** Says of the picture and of any other, the known one, what it is told to. */
function modelSaying(ofPicture: string | Error, ofOthers: string | Error): CaptionModel {
  const outcome = (said: string | Error): CaptionOutcome => {
    if (said instanceof Error) return { error: said };
    const sentence = { text: said, confidence: 1, tokenIds: [] };
    return { caption: { ...sentence, sentences: [sentence], timings: { decode: 0, encode: 0, generate: 0 } } };
  };
  return {
    name: 'saying',
    caption: async (pictures) => pictures.map((one) => outcome(one === picture ? ofPicture : ofOthers)),
    close: async () => undefined,
  };
}

const broken = new ModelBrokenError('no number');

describe('CaptionService', () => {
  it('gives what the model says', async () => {
    await expect(new CaptionService(modelSaying('a cat', broken)).caption(picture)).resolves.toMatchObject({
      text: 'a cat',
    });
  });

  it('gives no words where the model has none: that is an answer, too', async () => {
    await expect(new CaptionService(modelSaying('', broken)).caption(picture)).resolves.toMatchObject({ text: '' });
  });

  it('fails the picture where the model computes what is no number of it alone', async () => {
    const failing = new CaptionService(modelSaying(broken, 'a red circle')).caption(picture);
    await expect(failing).rejects.toMatchObject({ code: 'no-caption', retryable: false });
  });

  it('blames the model, and costs no attempt, where it does so of a known picture, too', async () => {
    const failing = new CaptionService(modelSaying(broken, broken)).caption(picture);
    await expect(failing).rejects.toMatchObject({ code: 'model-broken', retryable: true, attemptCounts: false });
  });
});
