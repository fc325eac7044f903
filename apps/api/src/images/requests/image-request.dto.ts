import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { isPictureUrl } from '@ekphrasis/fetching';
import { InvalidRequestError } from '@ekphrasis/service';
import { CaptionOptionsDto, readCaptionOptions, wellFormed } from './caption-options.dto.js';
import { describe, Expected, IfGiven, isText, refuseUnexpected } from './expected.decorator.js';

const tagCharacters = 128;

/** What may come with a picture, by its URL or uploaded. */
export class ImageDetailsDto {
  @ApiPropertyOptional({
    description: 'The client’s own word for the image: it shows in the status',
    example: 'holiday-2026',
    maxLength: tagCharacters,
  })
  @IfGiven()
  @Expected(`a text of at most ${tagCharacters} characters without NUL`, isText(tagCharacters))
  tag?: string;

  @ApiPropertyOptional({ type: CaptionOptionsDto })
  options?: CaptionOptionsDto;
}

/** The JSON body of `POST /images`. */
export class ImageRequestDto extends ImageDetailsDto {
  @ApiProperty({
    description: 'Where the picture is. Without a scheme, https:// and then http:// is tried.',
    example: 'https://upload.wikimedia.org/wikipedia/commons/3/3a/Cat03.jpg',
    maxLength: 2048,
  })
  @Expected('an http or https URL of at most 2048 characters', isPictureUrl)
  image_url: string;
}

/** Validates a JSON body. Lets nothing through as nothing: a multipart request has its body elsewhere. */
@Injectable()
export class ImageRequestPipe implements PipeTransform<unknown, ImageRequestDto | undefined> {
  transform(body: unknown): ImageRequestDto | undefined {
    if (body === undefined || body === null) return undefined;
    if (typeof body !== 'object' || Array.isArray(body)) {
      throw new InvalidRequestError([`Expected a JSON object for the body but received ${describe(body)}`]);
    }
    const { image_url, tag, options } = body as Record<keyof ImageRequestDto, unknown>;
    const dto = Object.assign(new ImageRequestDto(), { image_url, ...(tag !== undefined && { tag }) });
    refuseUnexpected(dto);
    if (dto.tag !== undefined) dto.tag = wellFormed(dto.tag);
    if (options !== undefined) dto.options = readCaptionOptions(options);
    return dto;
  }
}
