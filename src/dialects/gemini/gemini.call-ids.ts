/**
 * Ids of the function calls in a request. Older models and many clients give none: calls get one by their place, and
 * results are matched to them by name and order.
 */
export class CallIds {
  private count = 0;
  private readonly open: { readonly id: string; readonly name: string; readonly isMadeUp: boolean }[] = [];

  call(id: string | undefined, name: string): string {
    const known = id ?? this.makeUp(name);
    if (id !== undefined) this.count++;
    this.open.push({ id: known, name, isMadeUp: id === undefined });
    return known;
  }

  result(id: string | undefined, name: string): string {
    const index = this.open.findIndex((call) =>
      id === undefined ? call.name === name : call.id === id || (call.isMadeUp && call.name === name),
    );
    if (index === -1) return id ?? this.makeUp(name);
    const [call] = this.open.splice(index, 1);
    return call?.id ?? this.makeUp(name);
  }

  private makeUp(name: string): string {
    return `call_${this.count++}_${name}`;
  }
}
