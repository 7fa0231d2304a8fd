/** @returns the text of a custom tool's input, which the specification writes as JSON; `undefined` for arguments */
export function customInput(input: string): string | undefined {
  const value = parse(input);
  return typeof value === 'string' ? value : undefined;
}

export function isJson(text: string): boolean {
  return parse(text) !== undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
