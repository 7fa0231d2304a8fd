import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
} from 'class-validator';
import { Fallbacks } from './fallbacks.decorator.js';
import { ChatMessageDto } from './chat-message.dto.js';
import { IsTextOrTexts, IsTextOrObject } from './json-body.decorators.js';

/**
 * The fields of a chat completion request that the gateway checks. Other fields are let through to the vendor.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export class ChatCompletionRequestDto {
  @ApiProperty({
    description: 'A name under `models` in the settings, `provider/model`, or a model id that one provider lists.',
    example: 'simulated/echo',
  })
  @IsString()
  @Length(1, 256)
  readonly model!: string;

  @ApiProperty({ type: [ChatMessageDto], minItems: 1 })
  @IsArray()
  @ArrayNotEmpty()
  readonly messages!: readonly ChatMessageDto[];

  @ApiPropertyOptional({ description: 'Answer as server-sent events.', default: false, example: false })
  @IsOptional()
  @IsBoolean()
  readonly stream?: boolean | null;

  @ApiPropertyOptional({
    description: '`include_usage` asks for a last chunk with token counts.',
    type: 'object',
    additionalProperties: true,
  })
  @IsOptional()
  @IsObject()
  readonly stream_options?: { readonly include_usage?: unknown } | null;

  @ApiPropertyOptional({ description: 'The most tokens to write, reasoning included.', minimum: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly max_completion_tokens?: number | null;

  @ApiPropertyOptional({ description: 'The older name of max_completion_tokens.', minimum: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly max_tokens?: number | null;

  @ApiPropertyOptional({ minimum: 0, maximum: 2, example: 0.7 })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(2)
  readonly temperature?: number | null;

  @ApiPropertyOptional({ minimum: 0, maximum: 1 })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  readonly top_p?: number | null;

  @ApiPropertyOptional({ description: 'How many answers to write.', minimum: 1, maximum: 128 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(128)
  readonly n?: number | null;

  @ApiPropertyOptional({ minimum: -2, maximum: 2 })
  @IsOptional()
  @IsNumber()
  @Min(-2)
  @Max(2)
  readonly presence_penalty?: number | null;

  @ApiPropertyOptional({ minimum: -2, maximum: 2 })
  @IsOptional()
  @IsNumber()
  @Min(-2)
  @Max(2)
  readonly frequency_penalty?: number | null;

  @ApiPropertyOptional({
    description: 'Texts at which to stop.',
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
  })
  @IsOptional()
  @IsTextOrTexts()
  readonly stop?: string | readonly string[] | null;

  @ApiPropertyOptional({ type: 'integer' })
  @IsOptional()
  @IsInt()
  readonly seed?: number | null;

  @ApiPropertyOptional()
  @IsOptional()
  @IsBoolean()
  readonly logprobs?: boolean | null;

  @ApiPropertyOptional({ minimum: 0, maximum: 20 })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(20)
  readonly top_logprobs?: number | null;

  @ApiPropertyOptional({ description: 'Tools that the model may call.', type: 'array', items: { type: 'object' } })
  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  readonly tools?: readonly object[] | null;

  @ApiPropertyOptional({
    description: '`none`, `auto`, `required`, or one tool by name.',
    oneOf: [{ type: 'string' }, { type: 'object' }],
  })
  @IsOptional()
  @IsTextOrObject()
  readonly tool_choice?: string | object | null;

  @ApiPropertyOptional({
    description: '`text`, `json_object` or a JSON schema.',
    type: 'object',
    additionalProperties: true,
  })
  @IsOptional()
  @IsObject()
  readonly response_format?: object | null;

  @ApiPropertyOptional({ description: 'An id of the end user.' })
  @IsOptional()
  @IsString()
  readonly user?: string | null;

  @Fallbacks()
  readonly fallbacks?: readonly string[] | null;
}
