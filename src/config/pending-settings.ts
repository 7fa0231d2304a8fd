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
/** The same for one model. */
const PENDING_FOR_MODEL = ['timeouts.connectMs', 'retry.budgetPercent', 'breaker', 'streamRecovery'];
const PENDING_VARIABLES = ['GATEWAY_ADMIN_KEY', 'DATABASE_URL', 'REDIS_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

export function pendingSettings(plain: Record<string, unknown>, env: NodeJS.ProcessEnv): string[] {
  return [
    ...PENDING.filter((path) => lookUp(plain, path) !== undefined),
    ...pendingForModels(plain['models']),
    ...PENDING_VARIABLES.filter((name) => env[name]),
  ];
}

function pendingForModels(models: unknown): string[] {
  if (!isGroup(models)) return [];
  return Object.entries(models).flatMap(([name, model]) => {
    const strategy = lookUp(model, 'strategy');
    const pending = PENDING_FOR_MODEL.filter((path) => lookUp(model, path) !== undefined);
    if (strategy !== undefined && strategy !== 'priority') pending.push('strategy');
    return pending.map((path) => `models.${name}.${path}`);
  });
}

function lookUp(settings: unknown, path: string): unknown {
  return path.split('.').reduce((group: unknown, key) => (isGroup(group) ? group[key] : undefined), settings);
}
