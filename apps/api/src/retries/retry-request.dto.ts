import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { describe, Expected, IfGiven, isText, refuseUnexpected } from '@ekphrasis/validation';
import { InvalidRequestError } from '@ekphrasis/errors';

const codeCharacters = 100;
export const mostRetried = 10_000;

/** The JSON body of `POST /images/retry`. */
export class RetryRequestDto {
  @ApiProperty({ description: 'The code of their failure, as in their status', example: 'host-unavailable' })
  @Expected(`a failure's code of at most ${codeCharacters} characters`, isText(codeCharacters))
  code: string;

  @ApiPropertyOptional({ description: 'So many at most', minimum: 1, maximum: mostRetried, default: mostRetried })
  @IfGiven()
  @Expected(`a whole number from 1 to ${mostRetried}`, isLimit)
  limit?: number;
}

function isLimit(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= mostRetried;
}

@Injectable()
export class RetryRequestPipe implements PipeTransform<unknown, RetryRequestDto> {
  transform(body: unknown): RetryRequestDto {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new InvalidRequestError([`Expected a JSON object for the body but received ${describe(body)}`]);
    }
    const { code, limit } = body as Record<keyof RetryRequestDto, unknown>;
    const dto = Object.assign(new RetryRequestDto(), { code, ...(limit !== undefined && { limit }) });
    refuseUnexpected(dto);
    return dto;
  }
}
