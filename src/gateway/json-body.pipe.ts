import { isUtf8 } from 'node:buffer';
import type { PipeTransform } from '@nestjs/common';
import { type ValidationError, getMetadataStorage, validateSync } from 'class-validator';
import type { JsonObject } from '../dialects/conversation.js';
import { isObject } from '../dialects/fields.js';
import { isDeeperThan } from '../dialects/json-members.js';
import { GatewayError } from '../errors/gateway-error.js';

/** Far above any schema; parsing megabytes of brackets takes seconds in which nobody else is served. */
const MAX_DEPTH = 512;

/** A request's body: the checked fields, all of them as they were parsed, and the bytes as they came. */
export interface JsonBody<Dto> {
  readonly dto: Dto;
  readonly json: JsonObject;
  readonly bytes: Buffer;
}

/**
 * Parses a body once and checks the fields that a DTO names. Only those fields are copied, so that no name in a body
 * (`constructor`, `__proto__`) can reach the checking; all others stay in the bytes.
 */
export class JsonBodyPipe<Dto extends object> implements PipeTransform<Buffer | undefined, JsonBody<Dto>> {
  private readonly fields: readonly string[];

  constructor(
    private readonly type: new () => Dto,
    private readonly checkFurther: (dto: Dto) => void = () => {},
  ) {
    const metadata = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
    this.fields = [...new Set(metadata.map(({ propertyName }) => propertyName))];
  }

  /** @throws GatewayError `invalid_request` that names the field */
  transform(bytes: Buffer | undefined): JsonBody<Dto> {
    if (bytes === undefined || bytes.length === 0) throw new GatewayError('invalid_request', 'The body is empty.');
    const json = parse(bytes);
    const dto = this.pick(json);
    const [error] = validateSync(dto, { stopAtFirstError: true, forbidUnknownValues: true });
    if (error) throw fieldError(error);
    this.checkFurther(dto);
    return { dto, json, bytes };
  }

  private pick(body: JsonObject): Dto {
    const dto = new this.type();
    for (const field of this.fields) {
      const value = Object.hasOwn(body, field) ? body[field] : undefined;
      if (value !== undefined) Reflect.set(dto, field, value);
    }
    return dto;
  }
}

function parse(bytes: Buffer): JsonObject {
  if (isDeeperThan(MAX_DEPTH, bytes)) {
    throw new GatewayError('invalid_request', `The body nests more than ${MAX_DEPTH} lists and objects in each other.`);
  }
  let body: unknown;
  try {
    if (!isUtf8(bytes)) throw new SyntaxError('not UTF-8');
    body = JSON.parse(bytes.toString());
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? position(cause) : '';
    throw new GatewayError('invalid_request', `The body is not valid JSON${reason}.`, { cause });
  }
  if (isObject(body)) return body;
  throw new GatewayError('invalid_request', 'The body must be a JSON object.');
}

/** Where V8 stopped. The rest of its message may quote the body. */
function position({ message }: SyntaxError): string {
  const found = /at position \d+/.exec(message);
  return found ? ` ${found[0]}` : '';
}

function fieldError({ property, value, constraints = {} }: ValidationError): GatewayError {
  const [rule = `${property} is not valid`] = Object.values(constraints);
  const message = value === undefined ? `'${property}' is missing.` : `'${property}': ${rule}.`;
  return new GatewayError('invalid_request', message, { param: property });
}
