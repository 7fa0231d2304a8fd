import { UseGuards, applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { AdminGuard } from '../access/admin.guard.js';

/** Puts a controller behind the admin key, and documents that. */
export function AdminEndpoint(): ClassDecorator {
  return applyDecorators(
    UseGuards(AdminGuard),
    ApiTags('admin'),
    ApiBearerAuth(),
    ApiUnauthorizedResponse({
      description:
        'Not the admin key. Where none is set, only callers on the gateway’s own machine are let in, and only while ' +
        'the gateway is open.',
    }),
  );
}
