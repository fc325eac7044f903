import { Injectable } from '@nestjs/common';
import { ImageStatusRepository, imageStatusView, parseImageId } from '@ekphrasis/images';
import type { Action, Call } from '../actions/action.js';
import { ProcessedRequests, type Served } from '../idempotency/processed-requests.repository.js';
import { refused } from '../requests/fields.js';
import { RequestRefusedError } from '../requests/request.errors.js';

/** `get_image{image_id}` -> the status, as `GET /images/<image_id>/status` */
@Injectable()
export class GetImageAction implements Action {
  readonly name = 'get_image';
  readonly versions = ['v2'] as const;
  readonly access = 'client';

  constructor(
    private readonly images: ImageStatusRepository,
    private readonly processed: ProcessedRequests,
  ) {}

  async perform({ claim, caller, request: { data } }: Call): Promise<Served> {
    const given = data['image_id'];
    if (typeof given !== 'number' && typeof given !== 'string') throw refused('image_id', 'an image’s id', given);
    const id = parseImageId(String(given));
    const row = id === undefined ? undefined : await this.images.find(id, caller.clientId);
    if (!row) throw new RequestRefusedError('image not found');
    return this.processed.once(claim, async () => imageStatusView(row));
  }
}
