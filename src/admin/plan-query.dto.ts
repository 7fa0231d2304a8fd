import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsInt, IsOptional, Length, Max, Min } from 'class-validator';
import { MAX_FALLBACKS } from '../routing/router.js';

const MAX_TOKENS = 1_000_000_000;
const WHOLE = { message: `input_tokens must be a whole number from 0 to ${MAX_TOKENS}` };

/** What the request would be like whose plan is asked for. */
export class PlanQueryDto {
  @ApiPropertyOptional({ description: 'Its answer is to come as a stream.', type: Boolean, default: false })
  @Flag()
  readonly stream: boolean = false;

  @ApiPropertyOptional({ description: 'It has images in it.', type: Boolean, default: false })
  @Flag()
  readonly images: boolean = false;

  @ApiPropertyOptional({ description: 'It has tools.', type: Boolean, default: false })
  @Flag()
  readonly tools: boolean = false;

  @ApiPropertyOptional({ description: 'Its answer is to keep to a JSON schema.', type: Boolean, default: false })
  @Flag()
  readonly json_schema: boolean = false;

  @ApiPropertyOptional({ description: 'Tokens of its prompt.', type: Number, minimum: 0, maximum: MAX_TOKENS })
  @IsOptional()
  @Transform(({ value }: { readonly value: unknown }) => wholeOf(value))
  @IsInt(WHOLE)
  @Min(0, WHOLE)
  @Max(MAX_TOKENS, WHOLE)
  readonly input_tokens?: number;

  @ApiPropertyOptional({
    description: 'Names of models to ask when those of this model have failed, separated by commas.',
    type: String,
    example: 'simulated/echo',
  })
  @Transform(({ value }: { readonly value: unknown }) => namesOf(value))
  @IsArray()
  @ArrayMaxSize(MAX_FALLBACKS)
  @Length(1, 256, { each: true })
  readonly fallbacks: readonly string[] = [];
}

function Flag(): PropertyDecorator {
  return (target, property) => {
    Transform(({ value }: { readonly value: unknown }) => flagOf(value))(target, property);
    IsBoolean({ message: `${String(property)} must be true or false` })(target, property);
  };
}

/** What is no flag stays what it is, and is refused. */
function flagOf(value: unknown): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

function wholeOf(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
}

function namesOf(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',') : value;
}
