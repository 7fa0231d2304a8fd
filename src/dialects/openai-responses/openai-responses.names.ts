import { createHash } from 'node:crypto';
import type { Tool, ToolNamespace } from '../conversation.js';

/** The longest name of a tool that every vendor takes. */
const MAX_NAME = 64;

/**
 * One name for a tool of a namespace, for vendors without them: both joined (`mcp__files` and `read` become
 * `mcp__files__read`). A deferred tool that a search loaded is called with its own name as its namespace.
 */
export function joinedName(namespace: string | undefined, name: string): string {
  if (namespace === undefined || namespace === '' || namespace === name) return name;
  const joined = namespace.endsWith('_') ? namespace + name : `${namespace}__${name}`;
  if (joined.length <= MAX_NAME) return joined;
  const digest = createHash('sha256').update(joined).digest('hex').slice(0, 8);
  return `${joined.slice(0, MAX_NAME - digest.length - 1)}_${digest}`;
}

export type ToolNamespaces = ReadonlyMap<string, ToolNamespace>;

/** The way back: the namespaces that a request's tools stand in, by their joined names. */
export function namespacesOf(tools: readonly Tool[] | undefined): ToolNamespaces {
  const found = new Map<string, ToolNamespace>();
  for (const tool of tools ?? []) {
    if (tool.type !== 'native' && tool.namespace) found.set(tool.name, tool.namespace);
  }
  return found;
}
