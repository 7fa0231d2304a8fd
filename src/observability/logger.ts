import { Injectable } from '@nestjs/common';
import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { Settings } from '../config/load-settings.js';
import { redactText, redactValue } from './redaction.js';

/** Lines are written in the background, together; past this many bytes that nobody reads, they are dropped. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;
const BATCH_BYTES = 12 * 1024;
const FLUSH_MS = 100;

const shape: LoggerOptions = { base: null, timestamp: pino.stdTimeFunctions.isoTime };
const level = (label: string) => ({ level: label });

/** Masks secrets wherever a log call may put them. */
export const redaction: LoggerOptions = {
  formatters: { level },
  hooks: { logMethod: redactArguments },
  onChild: redactBindings,
};

/** The process's loggers: JSON lines on standard output, or readable ones on a terminal. */
@Injectable()
export class Loggers {
  /** For everything that is said in words. */
  readonly root: Logger;
  /** For lines of fixed fields, none of which can hold a secret; searching each for one costs more than the rest of it. */
  readonly lines: Logger;

  constructor({ environment }: Settings) {
    const destination = environment.LOG_PRETTY ? undefined : jsonDestination();
    const transport = {
      target: 'pino-pretty',
      options: { translateTime: 'HH:MM:ss.l', ignore: 'requestId,traceId', singleLine: true },
    };
    const output = destination ?? pino.transport(transport);
    this.root = pino({ ...shape, ...redaction, level: environment.LOG_LEVEL }, output);
    this.lines = pino({ ...shape, formatters: { level }, level: environment.LOG_LEVEL }, output);
  }
}

function jsonDestination(): DestinationStream {
  const options = {
    dest: 1,
    sync: false,
    minLength: BATCH_BYTES,
    periodicFlush: FLUSH_MS,
    maxLength: MAX_BUFFERED_BYTES,
  };
  return pino.destination(options);
}

function redactArguments(this: Logger, args: Parameters<pino.LogFn>, method: pino.LogFn): void {
  const [first, message = first instanceof Error ? first.message : undefined, ...values] = args as unknown[];
  const fields = first instanceof Error ? { err: first } : first;
  const redacted = [fields, message, ...values].map((argument) => redactValue(argument));
  method.apply(this, redacted as Parameters<pino.LogFn>);
}

/** A child's fields are made into text when it is made, past every formatter. */
function redactBindings(child: Logger): void {
  const bindings: unknown = Reflect.get(child, pino.symbols.chindingsSym);
  if (typeof bindings === 'string') Reflect.set(child, pino.symbols.chindingsSym, redactText(bindings));
}
