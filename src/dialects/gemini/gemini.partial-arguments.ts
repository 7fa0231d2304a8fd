import type { JsonObject } from '../conversation.js';
import { asNumber, asText, isObject } from '../fields.js';

type Container = Record<string, unknown> | unknown[];

/** `.name`, `['name']`, `["name"]` or `[0]` of a JSON path. */
const STEP = /\.([^.[\]]+)|\[(\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]/g;

/**
 * Arguments that come value by value, each with its place in the object (Vertex, where it was asked for). JSON text cannot
 * be written before the whole is known, since a value may belong to an object that was left before.
 */
export class PartialArguments {
  private readonly root: Record<string, unknown> = {};

  push(partial: JsonObject): void {
    const steps = stepsOf(asText(partial['jsonPath']) ?? '');
    const last = steps.at(-1);
    if (last === undefined) return;
    let container: Container = this.root;
    for (const [index, step] of steps.slice(0, -1).entries()) {
      container = inside(container, step, typeof steps[index + 1] === 'number');
    }
    const before = at(container, last);
    const value = valueOf(partial);
    put(container, last, typeof before === 'string' && typeof value === 'string' ? before + value : value);
  }

  get text(): string {
    return JSON.stringify(this.root);
  }
}

function valueOf(partial: JsonObject): unknown {
  return asText(partial['stringValue']) ?? asNumber(partial['numberValue']) ?? partial['boolValue'] ?? null;
}

function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(STEP)].map(([, name, index, single, double]) =>
    index === undefined ? (name ?? single ?? double ?? '') : Number(index),
  );
}

function inside(container: Container, step: string | number, holdsList: boolean): Container {
  const known = at(container, step);
  if (Array.isArray(known) || isObject(known)) return known;
  const created: Container = holdsList ? [] : {};
  put(container, step, created);
  return created;
}

/** Only what was put there, so that no name can reach the prototype. */
function at(container: Container, step: string | number): unknown {
  return Object.hasOwn(container, step) ? Object.getOwnPropertyDescriptor(container, step)?.value : undefined;
}

/** A place past a list's end is its end: a vendor must not make a list of a billion. */
function put(container: Container, step: string | number, value: unknown): void {
  const place = Array.isArray(container) ? Math.min(Number(step) || 0, container.length) : step;
  Object.defineProperty(container, place, { value, enumerable: true, writable: true, configurable: true });
}
