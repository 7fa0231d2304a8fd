import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
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

export function TextList(): PropertyDecorator {
  const message = 'a list of texts';
  return applyDecorators(IsOptional(), IsArray({ message }), IsString({ each: true, message }));
}

export function OneOf(values: readonly string[]): PropertyDecorator {
  return IsIn(values, { message: values.join(' | ') });
}

/** A group of settings, every one of which has a default. */
export function Group(type: () => new () => object): PropertyDecorator {
  return applyDecorators(Type(type), ValidateNested({ message: 'a group of settings' }));
}

export function ListOf(type: () => new () => object): PropertyDecorator {
  return applyDecorators(
    Type(type),
    IsArray({ message: 'a list' }),
    ValidateNested({ each: true, message: 'a list of groups' }),
  );
}
