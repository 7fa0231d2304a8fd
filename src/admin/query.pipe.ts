import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { GatewayError } from '../errors/gateway-error.js';

/** Makes the DTO of a query out of its text; a value that it does not allow is refused by its name. */
export const queryPipe = new ValidationPipe({
  transform: true,
  whitelist: true,
  stopAtFirstError: true,
  exceptionFactory: ([error]: ValidationError[]) => refusalOf(error),
});

function refusalOf(error: ValidationError | undefined): GatewayError {
  const { property = 'query', constraints = {} } = error ?? {};
  const [rule = `${property} is not valid`] = Object.values(constraints);
  return new GatewayError('invalid_request', `'${property}': ${rule}.`, { param: property });
}
