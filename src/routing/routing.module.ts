import { Module } from '@nestjs/common';
import { ModelCapabilities } from './model-capabilities.js';
import { ModelCatalogue } from './model-catalogue.js';
import { Router } from './router.js';

const PROVIDED = [ModelCatalogue, ModelCapabilities, Router];

@Module({ providers: PROVIDED, exports: PROVIDED })
export class RoutingModule {}
