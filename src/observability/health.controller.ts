import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { HealthDto } from './health.dto.js';
import { Readiness } from './readiness.js';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The process runs. */
  @Get('live')
  @ApiOkResponse({ type: HealthDto })
  live(): HealthDto {
    return { status: 'ok', failing: [] };
  }

  /**
   * The process takes new requests. It is ready too while it refuses some for its load: a balancer that took every loaded
   * process out would leave none, and those that are left would get its load.
   */
  @Get('ready')
  @ApiOkResponse({ type: HealthDto })
  @ApiServiceUnavailableResponse({ type: HealthDto, description: 'Names the parts that fail.' })
  ready(@Res({ passthrough: true }) reply: FastifyReply): HealthDto {
    if (!this.readiness.isDraining) return { status: 'ok', failing: [] };
    reply.status(503);
    return { status: 'unavailable', failing: ['shutdown'] };
  }
}
