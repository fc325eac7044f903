import type { ImageMessage } from '@ekphrasis/contracts';
import type { ImageStatusView } from '@ekphrasis/images';

/** An image as gRPC tells it: what is not there is empty. */
export function imageMessage(view: ImageStatusView): ImageMessage {
  const { imageId, status, description, tag, failure, confidence, model } = view;
  return {
    image_id: imageId,
    status,
    description: description ?? '',
    tag: tag ?? '',
    error: failure ? `${failure.code}: ${failure.message}` : '',
    confidence: confidence ?? 0,
    model: model ?? '',
  };
}
