import { isGroup } from './settings-file.js';

/** Settings of the contract whose machinery is still to come. A start that was given one says so. */
const PENDING = [
  'limits.tokensPerMinute',
  'limits.concurrentRequests',
  'cache',
  'pricing.unknownModel',
  'telemetry.captureContent',
];
const PENDING_VARIABLES = ['DATABASE_URL', 'REDIS_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

export function pendingSettings(plain: Record<string, unknown>, env: NodeJS.ProcessEnv): string[] {
  return [
    ...PENDING.filter((path) => lookUp(plain, path) !== undefined),
    ...PENDING_VARIABLES.filter((name) => env[name]),
  ];
}

function lookUp(settings: unknown, path: string): unknown {
  return path.split('.').reduce((group: unknown, key) => (isGroup(group) ? group[key] : undefined), settings);
}
