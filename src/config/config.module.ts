import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Settings } from './load-settings.js';

/** Makes the settings, read before Nest starts so that a fault stops the start with its own lines, injectable everywhere. */
@Global()
@Module({})
export class SettingsModule {
  static register(settings: Settings): DynamicModule {
    return {
      module: SettingsModule,
      imports: [ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ({ gateway: settings })] })],
      providers: [
        {
          provide: Settings,
          inject: [ConfigService],
          useFactory: (config: ConfigService) => config.getOrThrow<Settings>('gateway'),
        },
      ],
      exports: [Settings],
    };
  }
}
