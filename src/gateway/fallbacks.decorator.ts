import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import { MAX_FALLBACKS } from '../routing/router.js';

/** Documents the gateway's own field of a request; `withoutFallbacks` checks it. */
export function Fallbacks(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      description: 'Names of models to ask, in this order, when those of `model` have failed. No vendor sees it.',
      type: [String],
      maxItems: MAX_FALLBACKS,
      example: ['simulated/echo'],
    }),
    Allow(),
  );
}
