import { ApiProperty } from '@nestjs/swagger';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { ValidateBy, validateSync } from 'class-validator';
import { isPictureUrl } from '@ekphrasis/fetching';
import { InvalidRequestError } from '../problems/invalid-request.error.js';

/** The JSON body of `POST /images`. */
export class ImageUrlDto {
  @ApiProperty({
    description: 'Where the picture is. Without a scheme, https:// and then http:// is tried.',
    example: 'https://upload.wikimedia.org/wikipedia/commons/3/3a/Cat03.jpg',
    maxLength: 2048,
  })
  @ValidateBy({
    name: 'isPictureUrl',
    validator: {
      validate: isPictureUrl,
      defaultMessage: ({ value } = { value: undefined } as never) =>
        `Expected an http or https URL of at most 2048 characters for image_url but received ${describe(value)}`,
    },
  })
  image_url: string;
}

/** Short, whatever came: a client may nest its JSON deeper than a stack is high. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** Validates a JSON body. Lets nothing through as nothing: a multipart request has its body elsewhere. */
@Injectable()
export class ImageUrlPipe implements PipeTransform<unknown, ImageUrlDto | undefined> {
  transform(body: unknown): ImageUrlDto | undefined {
    if (body === undefined || body === null) return undefined;
    if (typeof body !== 'object' || Array.isArray(body)) {
      throw new InvalidRequestError([`Expected a JSON object for the body but received ${describe(body)}`]);
    }
    const dto = Object.assign(new ImageUrlDto(), { image_url: (body as Partial<ImageUrlDto>).image_url });
    const problems = validateSync(dto, { stopAtFirstError: true });
    if (problems.length > 0) {
      throw new InvalidRequestError(problems.flatMap(({ constraints }) => Object.values(constraints ?? {})));
    }
    return dto;
  }
}
