import { type DynamicModule, Module } from '@nestjs/common';
import { AdminModule } from './admin/admin.module.js';
import { SettingsModule } from './config/config.module.js';
import type { Settings } from './config/load-settings.js';
import { GatewayModule } from './gateway/gateway.module.js';
import { ProvidersModule } from './providers/providers.module.js';

@Module({})
export class AppModule {
  static register(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [SettingsModule.register(settings), ProvidersModule.register(settings), GatewayModule, AdminModule],
    };
  }
}
