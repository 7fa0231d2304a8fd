import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBadRequestResponse, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import { Planner } from '../planning/planner.js';
import { TargetStates } from '../resilience/target-states.js';
import { AdminEndpoint } from './admin-endpoint.decorator.js';
import { modelPlanView } from './model-plan-view.js';
import { ModelPlanDto } from './model-plan.dto.js';
import { PlanQueryDto } from './plan-query.dto.js';
import { queryPipe } from './query.pipe.js';

@Controller('admin/models')
@AdminEndpoint()
export class ModelPlanController {
  constructor(
    private readonly planner: Planner,
    private readonly states: TargetStates,
  ) {}

  /** Names hold slashes, which come escaped. */
  @Get(':name/plan')
  @ApiOperation({
    summary: 'Where a request would go now',
    description:
      'The targets of a model in the order in which they would be asked, and why others would not. Nothing is called.',
  })
  @ApiParam({ name: 'name', example: 'simulated/echo' })
  @ApiOkResponse({ type: ModelPlanDto })
  @ApiBadRequestResponse({ description: '`param` names the part of the query at fault.' })
  @ApiNotFoundResponse({ description: 'No such model; the message names close matches.' })
  async plan(@Param('name') model: string, @Query(queryPipe) query: PlanQueryDto): Promise<ModelPlanDto> {
    const { stream, fallbacks, images, tools, json_schema: jsonSchema, input_tokens: inputTokens } = query;
    const needs = async () => ({ inputTokens, images, tools, jsonSchema });
    const plan = await this.planner.plan({ model, fallbacks, needs });
    return modelPlanView(model, plan, stream, {
      stateOf: ({ key }) => this.states.target(key),
      typicalPicoUsd: (target) => this.planner.typicalPicoUsd(target),
    });
  }
}
