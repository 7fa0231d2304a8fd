/** A base URL that ends in an API's version, with this one where it says none. */
export function withVersion(baseUrl: string, version: string): string {
  const url = baseUrl.replace(/\/+$/, '');
  return /\/v\d+(alpha|beta)?\d*$/.test(url) ? url : `${url}/${version}`;
}

/** A name that a caller chose, as one segment of a path: it cannot leave that segment. */
export function segment(name: string): string {
  return /^\.+$/.test(name) ? name.replaceAll('.', '%2E') : encodeURIComponent(name).replaceAll('%40', '@');
}
