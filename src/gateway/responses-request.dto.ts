import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsBoolean, IsInt, IsNumber, IsObject, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { Fallbacks } from './fallbacks.decorator.js';
import { IsTextOrObject, IsTextOrObjects } from './json-body.decorators.js';

/**
 * The fields of a response request that the gateway checks. Other fields are let through to the vendor.
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
export class ResponsesRequestDto {
  @ApiProperty({
    description: 'A name under `models` in the settings, `provider/model`, or a model id that one provider lists.',
    example: 'simulated/echo',
  })
  @IsString()
  @Length(1, 256)
  readonly model!: string;

  @ApiPropertyOptional({
    description: 'Text, or a list of items: messages, calls and their outputs, reasoning.',
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'object' } }],
    example: 'Say hello to the gateway.',
  })
  @IsOptional()
  @IsTextOrObjects()
  readonly input?: string | readonly object[] | null;

  @ApiPropertyOptional({ description: 'What the model is told first.' })
  @IsOptional()
  @IsTextOrObjects()
  readonly instructions?: string | readonly object[] | null;

  @ApiPropertyOptional({ description: 'Answer as server-sent events.', default: false, example: false })
  @IsOptional()
  @IsBoolean()
  readonly stream?: boolean | null;

  @ApiPropertyOptional({ description: 'Only in a stream: an answer cannot be fetched here later.', default: false })
  @IsOptional()
  @IsBoolean()
  readonly background?: boolean | null;

  @ApiPropertyOptional({ description: 'The most tokens to write, reasoning included.', minimum: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly max_output_tokens?: number | null;

  /** Ranges are left to the vendor, whose own message arrives word for word. */
  @ApiPropertyOptional({ minimum: 0, maximum: 2 })
  @IsOptional()
  @IsNumber()
  readonly temperature?: number | null;

  @ApiPropertyOptional({ minimum: 0, maximum: 1 })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  readonly top_p?: number | null;

  @ApiPropertyOptional({ description: 'Tools that the model may call.', type: 'array', items: { type: 'object' } })
  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  readonly tools?: readonly object[] | null;

  @ApiPropertyOptional({
    description: '`none`, `auto`, `required`, or one tool.',
    oneOf: [{ type: 'string' }, { type: 'object' }],
  })
  @IsOptional()
  @IsTextOrObject()
  readonly tool_choice?: string | object | null;

  @ApiPropertyOptional({
    description: 'Effort, and whether a summary is shown.',
    type: 'object',
    additionalProperties: true,
  })
  @IsOptional()
  @IsObject()
  readonly reasoning?: object | null;

  @ApiPropertyOptional({ description: 'The format of the text.', type: 'object', additionalProperties: true })
  @IsOptional()
  @IsObject()
  readonly text?: object | null;

  @Fallbacks()
  readonly fallbacks?: readonly string[] | null;
}
