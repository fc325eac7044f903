import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidRequestError } from '@ekphrasis/errors';
import { longestUrl } from '@ekphrasis/fetching';
import { describe, Expected, IfGiven, refuseUnexpected } from '@ekphrasis/validation';
import { webhookEventTypes, type WebhookEventType, type WebhookWishes } from '@ekphrasis/webhooks';
import { isWebhookUrl } from './webhook-url.js';

const anUrl = `an http or https URL of at most ${longestUrl} characters without user and password`;
const someEvents = `one or more of ${webhookEventTypes.join(', ')}`;
const fields = ['url', 'events', 'threshold', 'enabled'] as const;

const example = {
  url: 'https://example.org/told-by-ekphrasis',
  events: ['image.described', 'red.exceeded'],
  threshold: 0.3,
};

/** The JSON body of `PATCH /webhooks/<id>`: what is given changes. */
export class WebhookChangesDto {
  @ApiPropertyOptional({ description: 'Where to POST the events', example: example.url, maxLength: longestUrl })
  @IfGiven()
  @Expected(anUrl, isWebhookUrl)
  url?: string;

  @ApiPropertyOptional({ enum: webhookEventTypes, isArray: true, example: example.events })
  @IfGiven()
  @Expected(someEvents, areEvents)
  events?: WebhookEventType[];

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description: 'Of red.exceeded: pictures whose `red` is above it. Null takes it away',
    minimum: 0,
    maximum: 1,
    example: example.threshold,
  })
  @IfGiven()
  @Expected('a number from 0 to 1', (value) => value === null || isShare(value))
  threshold?: number | null;

  @ApiPropertyOptional({ description: 'Whether it is told of anything', example: true })
  @IfGiven()
  @Expected('true or false', (value) => typeof value === 'boolean')
  enabled?: boolean;
}

/** The JSON body of `POST /webhooks`. */
export class WebhookRequestDto {
  @ApiProperty({ description: 'Where to POST the events', example: example.url, maxLength: longestUrl })
  @Expected(anUrl, isWebhookUrl)
  url: string;

  @ApiProperty({ enum: webhookEventTypes, isArray: true, example: example.events })
  @Expected(someEvents, areEvents)
  events: WebhookEventType[];

  @ApiPropertyOptional({
    type: Number,
    description: 'Needed for red.exceeded: pictures whose `red` is above it',
    minimum: 0,
    maximum: 1,
    example: example.threshold,
  })
  @IfGiven()
  @Expected('a number from 0 to 1', (value) => value === null || isShare(value))
  threshold?: number | null;
}

@Injectable()
export class WebhookRequestPipe implements PipeTransform<unknown, WebhookWishes> {
  transform(body: unknown): WebhookWishes {
    const { url, events, threshold } = readBody(body, new WebhookRequestDto());
    return wishesOf({ url, events, threshold: threshold ?? null, enabled: true });
  }
}

@Injectable()
export class WebhookChangesPipe implements PipeTransform<unknown, WebhookChangesDto> {
  transform(body: unknown): WebhookChangesDto {
    return readBody(body, new WebhookChangesDto());
  }
}

/** A webhook with changes made to it. @throws InvalidRequestError where it would ask for red.exceeded without a threshold */
export function changedWishes(
  { url, events, threshold, enabled }: WebhookWishes,
  changes: WebhookChangesDto,
): WebhookWishes {
  return wishesOf({ url, events, threshold, enabled, ...changes });
}

function wishesOf(wishes: WebhookWishes): WebhookWishes {
  if (wishes.threshold === null && wishes.events.includes('red.exceeded'))
    throw new InvalidRequestError(['Expected a threshold from 0 to 1 for red.exceeded but received nothing']);
  return { ...wishes, events: [...new Set(wishes.events)] };
}

/** @returns the known fields that were given */
function readBody<Dto extends object>(body: unknown, dto: Dto): Dto {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new InvalidRequestError([`Expected a JSON object for the body but received ${describe(body)}`]);
  const given = Object.entries(body).filter(
    ([field, value]) => (fields as readonly string[]).includes(field) && value !== undefined,
  );
  Object.assign(dto, Object.fromEntries(given));
  refuseUnexpected(dto);
  return { ...dto };
}

function areEvents(value: unknown): boolean {
  const known = webhookEventTypes as readonly unknown[];
  return Array.isArray(value) && value.length > 0 && value.every((each) => known.includes(each));
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
