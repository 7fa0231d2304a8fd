import { GatewayError } from '../errors/gateway-error.js';

/** A base URL that ends in an API's version, with this one where it says none. */
export function withVersion(baseUrl: string, version: string): string {
  const url = baseUrl.replace(/\/+$/, '');
  return /\/v\d+(alpha|beta)?\d*$/.test(url) ? url : `${url}/${version}`;
}

/**
 * A name that a caller chose, as one segment of a path: it cannot leave that segment.
 * @throws GatewayError `invalid_request` for a name of dots, which servers take for a step up even if they are escaped
 */
export function segment(name: string): string {
  if (/^\.+$/.test(name)) throw noSuchName();
  return encodeURIComponent(name.toWellFormed()).replaceAll('%40', '@');
}

/** A step up, in all the ways that a URL may be written with one, or a sign that a URL drops. */
const STEP = /(?:^|[/\\])(?:\.|%2e){1,2}(?:[/\\]|$)|\p{Cc}/iu;

/**
 * A name that a caller chose, for code of others that may put it into a path as it is.
 * @throws GatewayError `invalid_request` for one that leads to another path
 */
export function withoutSteps(name: string): string {
  if (STEP.test(name)) throw noSuchName();
  return name;
}

function noSuchName(): GatewayError {
  return new GatewayError('invalid_request', 'No model has such a name.', { param: 'model' });
}
