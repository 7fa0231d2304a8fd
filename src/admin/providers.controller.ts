import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { AdminEndpoint } from './admin-endpoint.decorator.js';
import { ProviderViews } from './provider-views.js';
import { ProviderStateListDto } from './providers.dto.js';

@Controller('admin/providers')
@AdminEndpoint()
export class ProvidersController {
  constructor(private readonly views: ProviderViews) {}

  @Get()
  @ApiOperation({
    summary: 'Providers and how they do',
    description: 'What this process has seen of each provider and of the models that it called there.',
  })
  @ApiOkResponse({ type: ProviderStateListDto })
  list(): ProviderStateListDto {
    return { data: this.views.all(), next: null };
  }
}
