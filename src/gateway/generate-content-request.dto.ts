import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsObject, IsOptional } from 'class-validator';
import { Fallbacks } from './fallbacks.decorator.js';

class ContentDto {
  @ApiPropertyOptional({ enum: ['user', 'model'], example: 'user' })
  readonly role?: string;

  @ApiProperty({ type: 'array', items: { type: 'object' }, example: [{ text: 'Say hello to the gateway.' }] })
  readonly parts!: readonly object[];
}

/**
 * The fields of a Gemini request that the gateway checks. Other fields are let through to the vendor.
 * @see https://ai.google.dev/api/generate-content
 */
export class GenerateContentRequestDto {
  @ApiProperty({ type: [ContentDto], minItems: 1 })
  @IsArray()
  @IsObject({ each: true })
  readonly contents!: readonly ContentDto[];

  @ApiPropertyOptional({ description: 'What the model is told first.', type: 'object', additionalProperties: true })
  @IsOptional()
  @IsObject()
  readonly systemInstruction?: object | null;

  @ApiPropertyOptional({ description: 'Sampling, limits, format.', type: 'object', additionalProperties: true })
  @IsOptional()
  @IsObject()
  readonly generationConfig?: object | null;

  @ApiPropertyOptional({ description: 'Tools that the model may call.', type: 'array', items: { type: 'object' } })
  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  readonly tools?: readonly object[] | null;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  @IsOptional()
  @IsObject()
  readonly toolConfig?: object | null;

  @Fallbacks()
  readonly fallbacks?: readonly string[] | null;
}
