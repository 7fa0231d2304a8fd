import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ModelCatalogue } from '../routing/model-catalogue.js';
import { Router } from '../routing/router.js';
import { ModelEndpoint } from './model-endpoint.decorator.js';
import { ModelDto, ModelListDto } from './models.dto.js';

const PUBLIC_OWNER = 'gateway';
const STARTED_AT_SECONDS = Math.floor(Date.now() / 1000);

@ApiTags('models')
@Controller('v1/models')
@ModelEndpoint()
export class ModelsController {
  constructor(
    private readonly router: Router,
    private readonly catalogue: ModelCatalogue,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List models', description: 'The names that a request may ask for.' })
  @ApiOkResponse({ type: ModelListDto })
  async list(): Promise<ModelListDto> {
    const named = this.router.publicNames().map((id) => toModel(id, PUBLIC_OWNER));
    const listed = (await this.catalogue.list()).map(({ id, provider }) => toModel(id, provider));
    return { object: 'list', data: [...named, ...listed] };
  }
}

function toModel(id: string, owner: string): ModelDto {
  return { id, object: 'model', created: STARTED_AT_SECONDS, owned_by: owner };
}
