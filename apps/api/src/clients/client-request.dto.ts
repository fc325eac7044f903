import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { InvalidRequestError } from '@ekphrasis/errors';
import { describe, Expected, isText, refuseUnexpected, wellFormed } from '@ekphrasis/validation';

const nameCharacters = 200;
const isShortText = isText(nameCharacters);

/** The JSON body of `POST /clients`. */
export class ClientRequestDto {
  @ApiProperty({
    description: 'What the operator calls it',
    example: 'the gallery of Uppsala',
    maxLength: nameCharacters,
  })
  @Expected(
    `a text of 1 to ${nameCharacters} characters, not blank, without NUL`,
    (value) => isShortText(value) && (value as string).trim() !== '',
  )
  name: string;
}

@Injectable()
export class ClientRequestPipe implements PipeTransform<unknown, ClientRequestDto> {
  transform(body: unknown): ClientRequestDto {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new InvalidRequestError([`Expected a JSON object for the body but received ${describe(body)}`]);
    }
    const { name } = body as Record<keyof ClientRequestDto, unknown>;
    const dto = Object.assign(new ClientRequestDto(), { name });
    refuseUnexpected(dto);
    return { name: wellFormed(dto.name) };
  }
}
