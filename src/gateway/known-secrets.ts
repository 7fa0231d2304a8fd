import { Injectable } from '@nestjs/common';
import { Settings } from '../config/load-settings.js';

/** A shorter one could be part of any word. */
const MIN_LENGTH = 8;
const MASK = '***';

/** The vendors' keys of the settings: some vendors repeat a key in what they say of a request. */
@Injectable()
export class KnownSecrets {
  private readonly secrets: readonly string[];

  constructor({ providers, vendorKeys }: Settings) {
    const given = Object.values(providers).flatMap(({ apiKey, secretAccessKey, sessionToken }) => [
      apiKey,
      secretAccessKey,
      sessionToken,
    ]);
    const all = [...given, ...vendorKeys.values()].filter((secret) => secret !== undefined);
    this.secrets = [...new Set(all)].filter(({ length }) => length >= MIN_LENGTH);
  }

  /** A vendor's words for a caller, without any of them; the very same text where there is none in it. */
  mask(text: string): string {
    return this.secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
  }
}
