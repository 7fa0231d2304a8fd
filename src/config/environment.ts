import { IsOptional } from 'class-validator';
import { Flag, OneOf, Region, Text, Whole } from './setting.decorators.js';

/** The environment variables that the gateway reads, under their own names. */
export class EnvironmentSettings {
  @Text() readonly HOST: string = '127.0.0.1';
  /** 0 takes a free port. */
  @Whole(0, 65_535) readonly PORT: number = 8080;
  @OneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']) readonly LOG_LEVEL: string = 'info';
  @Flag() readonly LOG_PRETTY: boolean = process.stdout.isTTY ?? false;
  @Text() readonly GATEWAY_CONFIG: string = './gateway.yaml';
  @Text() readonly GATEWAY_DATA_DIR: string = './data';
  @IsOptional() @Text() readonly GATEWAY_ADMIN_KEY?: string;
  @IsOptional() @Text() readonly DATABASE_URL?: string;
  @IsOptional() @Text() readonly REDIS_URL?: string;
  @IsOptional() @Text() readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  @IsOptional() @Region() readonly AWS_REGION?: string;
  @IsOptional() @Region() readonly AWS_DEFAULT_REGION?: string;
}

/** AWS has a name of its own for the key of Bedrock. */
const VENDOR_KEY = /^([A-Z][A-Z0-9_]*_API_KEY|AWS_BEARER_TOKEN_BEDROCK)$/;

/** Every `…_API_KEY` and the like by its variable's name. Which of them a provider is made of is for the vendors' modules to say. */
export function vendorKeys(env: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const [variable, value] of Object.entries(env)) {
    if (value && VENDOR_KEY.test(variable)) keys.set(variable, value);
  }
  return keys;
}
