import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccessModule } from '../access/access.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { PlanningModule } from '../planning/planning.module.js';
import { RateLimitingModule } from '../rate-limiting/rate-limiting.module.js';
import { ResilienceModule } from '../resilience/resilience.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { ChatCompletionsController } from './chat-completions.controller.js';
import { EmbeddingsController } from './embeddings.controller.js';
import { ErrorFilter } from './error.filter.js';
import { ExchangeHook } from './exchange.hook.js';
import { GeminiController } from './gemini.controller.js';
import { GatewayService } from './gateway.service.js';
import { JsonRelay } from './json-relay.js';
import { KnownSecrets } from './known-secrets.js';
import { LocalTokenCount } from './local-token-count.js';
import { MessagesController } from './messages.controller.js';
import { ModelsController } from './models.controller.js';
import { ResponseItemMemory } from './response-item-memory.js';
import { ResponsesController } from './responses.controller.js';
import { RunningRequests } from './running-requests.js';
import { SentMemory } from './sent-events.js';
import { StreamCalls } from './stream-calls.js';
import { StreamRelay } from './stream-relay.js';
import { TargetCalls } from './target-calls.js';

@Module({
  imports: [
    AccessModule,
    ObservabilityModule,
    PlanningModule,
    RateLimitingModule,
    ResilienceModule,
    RoutingModule,
    UsageModule,
  ],
  controllers: [
    ChatCompletionsController,
    ResponsesController,
    MessagesController,
    GeminiController,
    EmbeddingsController,
    ModelsController,
  ],
  providers: [
    ExchangeHook,
    GatewayService,
    JsonRelay,
    KnownSecrets,
    LocalTokenCount,
    ResponseItemMemory,
    RunningRequests,
    SentMemory,
    StreamCalls,
    StreamRelay,
    TargetCalls,
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
})
export class GatewayModule {}
