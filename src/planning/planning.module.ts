import { Module } from '@nestjs/common';
import { ResilienceModule } from '../resilience/resilience.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { Planner } from './planner.js';
import { RecoveryWatch } from './recovery-watch.js';

@Module({
  imports: [ResilienceModule, RoutingModule, UsageModule],
  providers: [Planner, RecoveryWatch],
  exports: [Planner],
})
export class PlanningModule {}
