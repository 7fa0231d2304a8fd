import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';

/** Each message is the second half of a fault line: what is allowed. */

/** Values from the environment are text; a number there is a number. */
const fromText = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value,
);

export function Whole(min: number, max: number): PropertyDecorator {
  const message = `a whole number from ${min} to ${max}`;
  return applyDecorators(fromText, IsInt({ message }), Min(min, { message }), Max(max, { message }));
}

export function Amount(): PropertyDecorator {
  const message = 'a number of at least 0';
  return applyDecorators(fromText, IsNumber({}, { message }), Min(0, { message }));
}

export function Flag(): PropertyDecorator {
  const parse = Transform(({ value }: { value: unknown }) =>
    value === 'true' ? true : value === 'false' ? false : value,
  );
  return applyDecorators(parse, IsBoolean({ message: 'true or false' }));
}

export function Text(max = 4096): PropertyDecorator {
  const message = `text of 1 to ${max} characters`;
  return applyDecorators(IsString({ message }), Length(1, max, { message }));
}

export function TextLike(pattern: RegExp, allowed: string): PropertyDecorator {
  return applyDecorators(IsString({ message: allowed }), Matches(pattern, { message: allowed }));
}

/** A place in a cloud. It becomes part of a host's name. */
export function Region(): PropertyDecorator {
  return TextLike(/^[a-z0-9-]{1,64}$/, 'a region such as europe-west4');
}

/** A base URL: scheme, host and path. */
export function HttpUrl(): PropertyDecorator {
  return holds('an http or https URL without query', (value) => {
    return typeof value === 'string' && /^https?:\/\/[^\s?#]+$/.test(value) && URL.canParse(value);
  });
}

export function Day(): PropertyDecorator {
  return holds('a date such as 2026-11-01', (value) => {
    return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
  });
}

function holds(allowed: string, validate: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({ name: 'holds', validator: { validate, defaultMessage: () => allowed } });
}

export function TextList(): PropertyDecorator {
  const message = 'a list of texts';
  return applyDecorators(IsOptional(), IsArray({ message }), IsString({ each: true, message }));
}

export function OneOf(values: readonly string[]): PropertyDecorator {
  return IsIn(values, { message: values.join(' | ') });
}

/** A group of settings, every one of which has a default. */
export function Group(type: () => new () => object): PropertyDecorator {
  const message = 'a group of settings';
  return applyDecorators(Type(type), IsObject({ message }), ValidateNested({ message }));
}

/** A group whose settings are for somebody else to know. */
export function AnyGroup(): PropertyDecorator {
  return IsObject({ message: 'a group of settings' });
}

export function ListOf(type: () => new () => object): PropertyDecorator {
  const message = 'a list of groups';
  return applyDecorators(
    Type(type),
    IsArray({ message }),
    IsObject({ each: true, message }),
    ValidateNested({ each: true, message }),
  );
}
