import { Module } from '@nestjs/common';
import { ResilienceModule } from '../resilience/resilience.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { Planner } from './planner.js';

@Module({ imports: [ResilienceModule, RoutingModule, UsageModule], providers: [Planner], exports: [Planner] })
export class PlanningModule {}
