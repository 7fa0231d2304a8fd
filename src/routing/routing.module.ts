import { Module } from '@nestjs/common';
import { ModelCatalogue } from './model-catalogue.js';
import { Router } from './router.js';

@Module({ providers: [ModelCatalogue, Router], exports: [ModelCatalogue, Router] })
export class RoutingModule {}
