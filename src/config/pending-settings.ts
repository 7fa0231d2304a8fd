import { isGroup } from './settings-file.js';

/** Settings of the contract whose machinery is still to come. A start that was given one says so. */
const PENDING = [
  'resilience.retry.budgetPercent',
  'resilience.breaker',
  'resilience.streamRecovery',
  'limits.tokensPerMinute',
  'limits.concurrentRequests',
  'cache',
  'pricing.unknownModel',
  'telemetry.captureContent',
];
const PENDING_VARIABLES = ['GATEWAY_ADMIN_KEY', 'DATABASE_URL', 'REDIS_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

export function pendingSettings(plain: Record<string, unknown>, env: NodeJS.ProcessEnv): string[] {
  return [
    ...PENDING.filter((path) => lookUp(plain, path.split('.')) !== undefined),
    ...pendingStrategies(plain['models']),
    ...PENDING_VARIABLES.filter((name) => env[name]),
  ];
}

function pendingStrategies(models: unknown): string[] {
  if (!isGroup(models)) return [];
  return Object.entries(models)
    .filter(([, model]) => isGroup(model) && ![undefined, 'priority'].includes(model['strategy'] as string | undefined))
    .map(([name]) => `models.${name}.strategy`);
}

function lookUp(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((group, key) => (isGroup(group) ? group[key] : undefined), value);
}
