import { Injectable, type PipeTransform } from '@nestjs/common';
import { DeliveryNotFoundError, WebhookNotFoundError } from '@ekphrasis/webhooks';

/** Lets through what can be an id of ours: not every text can be asked of a database. @throws WebhookNotFoundError */
@Injectable()
export class WebhookIdPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    if (!/^wh_[\da-f]{24}$/.test(text)) throw new WebhookNotFoundError();
    return text;
  }
}

/** @throws DeliveryNotFoundError */
@Injectable()
export class DeliveryIdPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    if (!/^[1-9]\d{0,14}$/.test(text)) throw new DeliveryNotFoundError();
    return Number(text);
  }
}
