interface Call {
  readonly id: string;
  /** Counts the calls of the request. */
  readonly place: number;
  isOpen: boolean;
}

/**
 * Ids of the function calls in a request. Older models and many clients give none: calls get one by their place, and
 * results are matched to them by name and order.
 */
export class CallIds {
  private count = 0;
  private readonly byId = new OpenCalls();
  private readonly byName = new OpenCalls();
  /** Those that came without an id: a result may bring one that nobody has seen before. */
  private readonly madeUp = new OpenCalls();

  call(id: string | undefined, name: string): string {
    const known = id ?? this.makeUp(name);
    if (id !== undefined) this.count++;
    const call = { id: known, place: this.count, isOpen: true };
    this.byId.add(known, call);
    this.byName.add(name, call);
    if (id === undefined) this.madeUp.add(name, call);
    return known;
  }

  result(id: string | undefined, name: string): string {
    const call = id === undefined ? this.byName.first(name) : earlier(this.byId.first(id), this.madeUp.first(name));
    if (!call) return id ?? this.makeUp(name);
    call.isOpen = false;
    return call.id;
  }

  private makeUp(name: string): string {
    return `call_${this.count++}_${name}`;
  }
}

/** Calls without a result, in order, by something that several may share. */
class OpenCalls {
  private readonly queues = new Map<string, { readonly calls: Call[]; next: number }>();

  add(key: string, call: Call): void {
    const queue = this.queues.get(key);
    if (queue) queue.calls.push(call);
    else this.queues.set(key, { calls: [call], next: 0 });
  }

  first(key: string): Call | undefined {
    const queue = this.queues.get(key);
    if (!queue) return undefined;
    // A result may have been found by another key.
    while (queue.calls[queue.next]?.isOpen === false) queue.next++;
    return queue.calls[queue.next];
  }
}

function earlier(one: Call | undefined, other: Call | undefined): Call | undefined {
  if (!one || !other) return one ?? other;
  return one.place < other.place ? one : other;
}
