import 'reflect-metadata';
import { PinoLogger } from 'nestjs-pino';
import { loadSettings } from './config/load-settings.js';
import { SettingsError } from './config/settings.error.js';
import { createApp } from './create-app.js';
import { startBlock } from './start-block.js';

async function start(): Promise<void> {
  const settings = loadSettings(process.env);
  const { HOST, PORT } = settings.environment;
  const app = await createApp(settings);
  await app.listen(PORT, HOST);
  const url = await app.getUrl();
  const { logger } = await app.resolve(PinoLogger);
  logger.info({ url }, 'listening');
  if (settings.pending.length > 0)
    logger.warn({ settings: settings.pending }, 'settings without effect in this version');
  process.stderr.write(startBlock(url));

  const stop = (signal: string): void => {
    logger.info({ signal }, 'stopping');
    app.close().then(
      () => logger.flush(() => process.exit(0)),
      (err: unknown) => {
        logger.error({ err }, 'could not stop cleanly');
        logger.flush(() => process.exit(1));
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

start().catch((error: unknown) => {
  const message = error instanceof SettingsError ? `The settings cannot be used.\n${error.message}\n` : String(error);
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
