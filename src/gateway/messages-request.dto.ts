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
import { IsTextOrObjects } from './json-body.decorators.js';

class MessageDto {
  @ApiProperty({ enum: ['user', 'assistant', 'system'], example: 'user' })
  readonly role!: string;

  @ApiProperty({
    description: 'Text, or a list of content blocks.',
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'object' } }],
    example: 'Say hello to the gateway.',
  })
  readonly content!: string | readonly object[];
}

/**
 * The fields of a request to count a prompt's tokens that the gateway checks. Other fields are let through.
 * @see https://docs.anthropic.com/en/api/messages-count-tokens
 */
export class CountTokensRequestDto {
  @ApiProperty({
    description: 'A name under `models` in the settings, `provider/model`, or a model id that one provider lists.',
    example: 'simulated/echo',
  })
  @IsString()
  @Length(1, 256)
  readonly model!: string;

  @ApiProperty({ type: [MessageDto], minItems: 1 })
  @IsArray()
  @ArrayNotEmpty()
  readonly messages!: readonly MessageDto[];

  @ApiPropertyOptional({
    description: 'Instructions: text, or a list of text blocks.',
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'object' } }],
  })
  @IsOptional()
  @IsTextOrObjects()
  readonly system?: string | readonly object[] | null;

  @ApiPropertyOptional({ description: 'Tools that the model may call.', type: 'array', items: { type: 'object' } })
  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  readonly tools?: readonly object[] | null;

  @ApiPropertyOptional({ description: '`auto`, `any`, `tool` or `none`.', type: 'object', additionalProperties: true })
  @IsOptional()
  @IsObject()
  readonly tool_choice?: object | null;

  @ApiPropertyOptional({ description: 'Extended thinking.', type: 'object', additionalProperties: true })
  @IsOptional()
  @IsObject()
  readonly thinking?: object | null;
}

/**
 * The fields of an Anthropic message request that the gateway checks. Other fields are let through to the vendor.
 * @see https://docs.anthropic.com/en/api/messages
 */
export class MessagesRequestDto extends CountTokensRequestDto {
  @ApiProperty({ description: 'The most tokens to write.', minimum: 1, example: 256 })
  @IsInt()
  @Min(1)
  readonly max_tokens!: number;

  @ApiPropertyOptional({ description: 'Answer as server-sent events.', default: false, example: false })
  @IsOptional()
  @IsBoolean()
  readonly stream?: boolean | null;

  @ApiPropertyOptional({ minimum: 0, maximum: 1 })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  readonly temperature?: number | null;

  @ApiPropertyOptional({ minimum: 0, maximum: 1 })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  readonly top_p?: number | null;

  @ApiPropertyOptional({ minimum: 0 })
  @IsOptional()
  @IsInt()
  @Min(0)
  readonly top_k?: number | null;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  readonly stop_sequences?: readonly string[] | null;

  @ApiPropertyOptional({
    description: '`user_id` names the end user.',
    type: 'object',
    additionalProperties: true,
  })
  @IsOptional()
  @IsObject()
  readonly metadata?: object | null;

  @Fallbacks()
  readonly fallbacks?: readonly string[] | null;
}
