import { Injectable } from '@nestjs/common';
import { codeOf, isCodedError } from '@ekphrasis/errors';
import { ImageIntake, readImageRequest, requestFingerprint, type SubmittedImage } from '@ekphrasis/images';
import type { Action, Call } from '../actions/action.js';
import { ProcessedRequests, type Served } from '../idempotency/processed-requests.repository.js';
import { IdAlreadyUsedError, RequestRefusedError } from '../requests/request.errors.js';

/** `submit_image{image_url,tag?,options?}` -> `{image_id}`, as `POST /images` */
@Injectable()
export class SubmitImageAction implements Action {
  readonly name = 'submit_image';
  readonly versions = ['v2'] as const;
  readonly access = 'client';

  constructor(
    private readonly intake: ImageIntake,
    private readonly processed: ProcessedRequests,
  ) {}

  /**
   * Images that come together share a transaction of their own, so the request cannot be in it. It is an idempotency key of the
   * image's instead (with blanks, as none has that comes over HTTP): whoever comes again gets the same image.
   */
  async perform({ claim, caller, request }: Call): Promise<Served> {
    const image = imageIn(request.data);
    const { image_url: url, tag, options } = image;
    const key = `task-rpc ${claim.caller} ${claim.id}`;
    const imageId = await this.intake
      .submit({
        url,
        tag,
        options,
        clientId: caller.clientId,
        idempotency: { key, fingerprint: requestFingerprint(url, image) },
      })
      .catch((error: unknown) => {
        throw codeOf(error) === 'idempotency-key-reused' ? new IdAlreadyUsedError() : error;
      });
    return this.processed.once(claim, async () => ({ image_id: imageId }));
  }
}

function imageIn(data: object): SubmittedImage {
  try {
    return readImageRequest(data);
  } catch (error) {
    throw isCodedError(error) ? new RequestRefusedError(error.message) : error;
  }
}
