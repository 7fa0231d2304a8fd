import { Controller, Get, Headers, Param } from '@nestjs/common';
import {
  ApiExcludeEndpoint,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { ModelCatalogue } from '../routing/model-catalogue.js';
import { Router } from '../routing/router.js';
import { ModelEndpoint } from './model-endpoint.decorator.js';
import { AnthropicModelDto, AnthropicModelListDto, ModelDto, ModelListDto, toAnthropicModel } from './models.dto.js';

const PUBLIC_OWNER = 'gateway';
const STARTED_AT_SECONDS = Math.floor(Date.now() / 1000);
const eitherShape = (openAi: new () => object, anthropic: new () => object) => ({
  schema: { oneOf: [{ $ref: getSchemaPath(openAi) }, { $ref: getSchemaPath(anthropic) }] },
});

/** The models in OpenAI's shape, or in Anthropic's for a client that names a version of its API. */
@ApiTags('models')
@ApiExtraModels(ModelDto, ModelListDto, AnthropicModelDto, AnthropicModelListDto)
@ApiHeader({ name: 'anthropic-version', required: false, description: "Asks for Anthropic's shape." })
@Controller('v1/models')
@ModelEndpoint()
export class ModelsController {
  constructor(
    private readonly router: Router,
    private readonly catalogue: ModelCatalogue,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List models', description: 'The names that a request may ask for.' })
  @ApiOkResponse(eitherShape(ModelListDto, AnthropicModelListDto))
  async list(@Headers('anthropic-version') version?: string): Promise<ModelListDto | AnthropicModelListDto> {
    const models = await this.models();
    if (version === undefined) return { object: 'list', data: models };
    const data = models.map(toAnthropicModel);
    return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  }

  /** Names hold slashes, which SDKs escape. */
  @Get(':id')
  @ApiOperation({ summary: 'Describe one model' })
  @ApiParam({ name: 'id', example: 'simulated/echo' })
  @ApiOkResponse(eitherShape(ModelDto, AnthropicModelDto))
  async describe(
    @Param('id') name: string,
    @Headers('anthropic-version') version?: string,
  ): Promise<ModelDto | AnthropicModelDto> {
    const model = await this.find(name);
    return version === undefined ? model : toAnthropicModel(model);
  }

  /** The same for people, who do not. */
  @Get(':provider/*')
  @ApiExcludeEndpoint()
  describeUnescaped(
    @Param('provider') provider: string,
    @Param('*') model: string,
    @Headers('anthropic-version') version?: string,
  ): Promise<ModelDto | AnthropicModelDto> {
    return this.describe(`${provider}/${model}`, version);
  }

  private async find(name: string): Promise<ModelDto> {
    const model = (await this.models()).find((candidate) => candidate.id === name);
    if (model) return model;
    await this.router.route(name);
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
