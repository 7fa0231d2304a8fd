import 'reflect-metadata';
import { PinoLogger } from 'nestjs-pino';
import { KeyRing } from './access/key-ring.js';
import { loadSettings } from './config/load-settings.js';
import { SettingsError } from './config/settings.error.js';
import { createApp } from './create-app.js';
import { startBlock } from './start-block.js';

/** A stop that comes before the gateway serves has nothing to wait for. */
let stop = (_signal: NodeJS.Signals): void => process.exit(0);
let isStopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // A terminal sends Ctrl-C to npm and to us, and npm hands its own on: the second one must not cut the stop short.
  process.on(signal, () => {
    if (!isStopping) stop(signal);
    isStopping = true;
  });
}

async function start(): Promise<void> {
  const settings = loadSettings(process.env);
  const { HOST, PORT } = settings.environment;
  const app = await createApp(settings);
  await app.listen(PORT, HOST);
  const url = await app.getUrl();
  const { logger } = await app.resolve(PinoLogger);
  stop = (signal) => {
    logger.info({ signal }, 'stopping');
    app.close().then(
      () => logger.flush(() => process.exit(0)),
      (err: unknown) => {
        logger.error({ err }, 'could not stop cleanly');
        logger.flush(() => process.exit(1));
      },
    );
  };
  logger.info({ url }, 'listening');
  if (settings.pending.length > 0) {
    logger.warn({ settings: settings.pending }, 'settings without effect in this version');
  }
  process.stderr.write(startBlock(url, app.get(KeyRing).isOpen));
}

start().catch((error: unknown) => {
  const message = error instanceof SettingsError ? `The settings cannot be used.\n${error.message}` : String(error);
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
