import { type Type, UseGuards, applyDecorators } from '@nestjs/common';
import {
  ApiBadGatewayResponse,
  ApiBadRequestResponse,
  ApiBearerAuth,
  ApiHeader,
  ApiNotFoundResponse,
  ApiServiceUnavailableResponse,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { KeyGuard } from '../access/key.guard.js';
import { RateLimitGuard } from '../rate-limiting/rate-limit.guard.js';
import { ErrorDto } from './error.dto.js';

/**
 * Puts a controller behind the guards that every endpoint for callers has, and documents what they answer.
 * @param error the body of a failure in the endpoint's dialect
 */
export function ModelEndpoint(error: Type = ErrorDto): ClassDecorator {
  return applyDecorators(
    UseGuards(KeyGuard, RateLimitGuard),
    ApiBearerAuth(),
    ApiHeader({
      name: 'x-gateway-timeout-ms',
      required: false,
      schema: { type: 'integer', minimum: 1 },
      description: 'How long the whole answer may take, where that is less than the settings allow.',
    }),
    ApiBadRequestResponse({ type: error, description: '`param` names the field at fault.' }),
    ApiUnauthorizedResponse({ type: error, description: 'No key, or not a valid one.' }),
    ApiNotFoundResponse({ type: error, description: 'No such model; the message names close matches.' }),
    ApiTooManyRequestsResponse({
      type: error,
      description: 'A limit is reached; `retry-after` says when it is not.',
    }),
    ApiServiceUnavailableResponse({
      type: error,
      description: 'No provider is free, or the gateway has too much to do; `retry-after` says when to come back.',
    }),
    ApiBadGatewayResponse({ type: error, description: 'No provider answered; the message names those tried.' }),
  );
}
