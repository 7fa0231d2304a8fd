import { buildMessage, ValidateBy, type ValidationOptions } from 'class-validator';

/** A text, or a list of texts. */
export function IsTextOrTexts(options?: ValidationOptions): PropertyDecorator {
  const isText = (value: unknown): boolean => typeof value === 'string';
  return check('isTextOrTexts', '$property must be a string or an array of strings', options, (value) =>
    Array.isArray(value) ? value.every(isText) : isText(value),
  );
}

/** A text or an object. */
export function IsTextOrObject(options?: ValidationOptions): PropertyDecorator {
  return check('isTextOrObject', '$property must be a string or an object', options, (value) =>
    typeof value === 'string' ? true : typeof value === 'object' && value !== null && !Array.isArray(value),
  );
}

function check(
  name: string,
  message: string,
  options: ValidationOptions | undefined,
  validate: (value: unknown) => boolean,
): PropertyDecorator {
  return ValidateBy({ name, validator: { validate, defaultMessage: buildMessage(() => message, options) } }, options);
}
