import { buildMessage, ValidateBy, type ValidationOptions } from 'class-validator';
import { isObject } from '../dialects/fields.js';

/** A text, or a list of texts. */
export function IsTextOrTexts(options?: ValidationOptions): PropertyDecorator {
  const isText = (value: unknown): boolean => typeof value === 'string';
  return check('isTextOrTexts', '$property must be a string or an array of strings', options, (value) =>
    Array.isArray(value) ? value.every(isText) : isText(value),
  );
}

/** A text, or a list of objects. */
export function IsTextOrObjects(options?: ValidationOptions): PropertyDecorator {
  return check('isTextOrObjects', '$property must be a string or an array of objects', options, (value) =>
    Array.isArray(value) ? value.every(isObject) : typeof value === 'string',
  );
}

/** What can be embedded: a text or several, the tokens of one or of several. */
export function IsEmbeddingInput(options?: ValidationOptions): PropertyDecorator {
  const isTokens = (value: unknown): boolean =>
    Array.isArray(value) && value.length > 0 && value.every(Number.isInteger);
  const message = '$property must be a text, texts, tokens or lists of tokens, and not empty';
  return check('isEmbeddingInput', message, options, (value) => {
    if (typeof value === 'string') return value !== '';
    if (!Array.isArray(value) || value.length === 0) return false;
    return value.every((item) => typeof item === 'string' && item !== '') || isTokens(value) || value.every(isTokens);
  });
}

/** A text or an object. */
export function IsTextOrObject(options?: ValidationOptions): PropertyDecorator {
  return check('isTextOrObject', '$property must be a string or an object', options, (value) =>
    typeof value === 'string' ? true : isObject(value),
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
