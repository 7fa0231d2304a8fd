import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import pretty from 'pino-pretty';
import type { EnvironmentSettings } from '../config/environment.js';
import { redactText, redactedPaths, serializeError } from './redaction.js';

/** Lines are written in the background; past this many bytes that nobody reads, they are dropped. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

export const loggerOptions: LoggerOptions = {
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (level) => ({ level }) },
  redact: { paths: redactedPaths, censor: '[redacted]' },
  serializers: { err: serializeError },
  hooks: { logMethod: redactMessages },
};

/** JSON lines on standard output, or readable ones on a terminal. */
export function createLogger({ LOG_LEVEL, LOG_PRETTY }: EnvironmentSettings): Logger {
  return pino({ ...loggerOptions, level: LOG_LEVEL }, LOG_PRETTY ? prettyDestination() : jsonDestination());
}

function jsonDestination(): DestinationStream {
  return pino.destination({ dest: 1, sync: false, maxLength: MAX_BUFFERED_BYTES });
}

function prettyDestination(): DestinationStream {
  return pretty({ sync: true, translateTime: 'HH:MM:ss.l', ignore: 'requestId,traceId' });
}

function redactMessages(this: Logger, args: Parameters<pino.LogFn>, method: pino.LogFn): void {
  method.apply(
    this,
    args.map((argument: unknown) => (typeof argument === 'string' ? redactText(argument) : argument)) as typeof args,
  );
}
