import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Injectable, type PipeTransform } from '@nestjs/common';
import {
  promptCharacters,
  readImageRequest,
  tagCharacters,
  type SubmittedDetails,
  type SubmittedImage,
  type SubmittedOptions,
} from '@ekphrasis/images';

/** What the options are in the OpenAPI document. */
export class CaptionOptionsDto implements SubmittedOptions {
  @ApiPropertyOptional({
    description:
      'The words that the caption goes on from. They are not repeated in it; words unknown to the model are passed over.',
    example: 'a picture of',
    maxLength: promptCharacters,
  })
  prompt?: string;

  @ApiPropertyOptional({
    description: 'Beams of the search; 1 takes the likeliest word each time',
    example: 3,
    type: 'integer',
    minimum: 1,
    maximum: 8,
  })
  beams?: number;

  @ApiPropertyOptional({
    description: 'Captions wanted, all different; fewer may come. Beams are as many at least.',
    example: 2,
    type: 'integer',
    minimum: 1,
    maximum: 8,
  })
  captions?: number;

  @ApiPropertyOptional({
    description:
      'Tokens of a caption at most, counted with its start, the prompt and its end; no more than the model can',
    example: 30,
    type: 'integer',
    minimum: 5,
    maximum: 60,
  })
  max_length?: number;
}

/** What may come with a picture, in the OpenAPI document. */
export class ImageDetailsDto implements SubmittedDetails {
  @ApiPropertyOptional({
    description: 'The client’s own word for the image: it shows in the status',
    example: 'holiday-2026',
    maxLength: tagCharacters,
  })
  tag?: string;

  @ApiPropertyOptional({ type: CaptionOptionsDto })
  options?: CaptionOptionsDto;
}

/** The JSON body of `POST /images`, in the OpenAPI document. */
export class ImageRequestDto extends ImageDetailsDto implements SubmittedImage {
  @ApiProperty({
    description: 'Where the picture is. Without a scheme, https:// and then http:// is tried.',
    example: 'https://upload.wikimedia.org/wikipedia/commons/3/3a/Cat03.jpg',
    maxLength: 2048,
  })
  image_url: string;
}

/** Validates a JSON body. Lets nothing through as nothing: a multipart request has its body elsewhere. */
@Injectable()
export class ImageRequestPipe implements PipeTransform<unknown, SubmittedImage | undefined> {
  transform(body: unknown): SubmittedImage | undefined {
    return body === undefined || body === null ? undefined : readImageRequest(body);
  }
}
