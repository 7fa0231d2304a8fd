import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDefined, IsIn, IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { Fallbacks } from './fallbacks.decorator.js';
import { IsEmbeddingInput } from './json-body.decorators.js';

/**
 * The fields of an embedding request that the gateway checks. Other fields are let through to the vendor.
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 */
export class EmbeddingsRequestDto {
  @ApiProperty({
    description: 'A name under `models` in the settings, `provider/model`, or a model id that one provider lists.',
    example: 'simulated/echo',
  })
  @IsString()
  @Length(1, 256)
  readonly model!: string;

  @ApiProperty({
    description: 'A text, or up to 2048 of them; tokens where the vendor takes them.',
    oneOf: [
      { type: 'string' },
      { type: 'array', items: { type: 'string' } },
      { type: 'array', items: { type: 'integer' } },
      { type: 'array', items: { type: 'array', items: { type: 'integer' } } },
    ],
    example: 'Say hello to the gateway.',
  })
  @IsDefined()
  @IsEmbeddingInput()
  readonly input!: string | readonly string[] | readonly number[] | readonly (readonly number[])[];

  @ApiPropertyOptional({ enum: ['float', 'base64'], default: 'float', example: 'float' })
  @IsOptional()
  @IsIn(['float', 'base64'])
  readonly encoding_format?: 'float' | 'base64' | null;

  @ApiPropertyOptional({ description: 'How long the vectors are to be.', minimum: 1, maximum: 65_536 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(65_536)
  readonly dimensions?: number | null;

  @ApiPropertyOptional({ description: 'An id of the end user.' })
  @IsOptional()
  @IsString()
  readonly user?: string | null;

  @Fallbacks()
  readonly fallbacks?: readonly string[] | null;
}
