import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
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
    return { object: 'list', data: await this.models() };
  }

  /** Names hold slashes, which SDKs escape. */
  @Get(':id')
  @ApiOperation({ summary: 'Describe one model' })
  @ApiParam({ name: 'id', example: 'simulated/echo' })
  @ApiOkResponse({ type: ModelDto })
  describe(@Param('id') name: string): Promise<ModelDto> {
    return this.find(name);
  }

  /** The same for people, who do not. */
  @Get(':provider/*')
  @ApiExcludeEndpoint()
  describeUnescaped(@Param('provider') provider: string, @Param('*') model: string): Promise<ModelDto> {
    return this.find(`${provider}/${model}`);
  }

  private async find(name: string): Promise<ModelDto> {
    const model = (await this.models()).find((candidate) => candidate.id === name);
    if (model) return model;
    await this.router.plan(name);
    return toModel(name, PUBLIC_OWNER);
  }

  private async models(): Promise<ModelDto[]> {
    const named = this.router.publicNames().map((id) => toModel(id, PUBLIC_OWNER));
    const listed = (await this.catalogue.list()).map(({ id, provider }) => toModel(id, provider));
    return [...named, ...listed];
  }
}

function toModel(id: string, owner: string): ModelDto {
  return { id, object: 'model', created: STARTED_AT_SECONDS, owned_by: owner };
}
