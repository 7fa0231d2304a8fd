import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { PlanningModule } from '../planning/planning.module.js';
import { ResilienceModule } from '../resilience/resilience.module.js';
import { ModelPlanController } from './model-plan.controller.js';
import { ProviderViews } from './provider-views.js';
import { ProvidersController } from './providers.controller.js';

/** What operators see, behind a key of its own. */
@Module({
  imports: [AccessModule, PlanningModule, ResilienceModule],
  controllers: [ProvidersController, ModelPlanController],
  providers: [ProviderViews],
})
export class AdminModule {}
