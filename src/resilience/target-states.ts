import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ProviderState } from './provider-state.js';
import { TargetState } from './target-state.js';

/** Callers can name any model of a provider, so that there is no end of keys. */
const MAX_TARGETS = 10_000;

/** What this process knows of targets and providers, from the calls that it has made. */
@Injectable()
export class TargetStates {
  private readonly known = new LRUCache<string, TargetState>({ max: MAX_TARGETS });
  /** They are in the settings, all of them. */
  private readonly providers = new Map<string, ProviderState>();

  /** @param key `provider/model` */
  target(key: string): TargetState {
    const known = this.known.get(key);
    if (known) return known;
    if (this.known.size === MAX_TARGETS) this.forgetOne();
    const state = new TargetState(key);
    this.known.set(key, state);
    return state;
  }

  provider(name: string): ProviderState {
    const known = this.providers.get(name);
    if (known) return known;
    const state = new ProviderState();
    this.providers.set(name, state);
    return state;
  }

  /** All that are known, by key, the latest first. */
  targets(): Iterable<[string, TargetState]> {
    return this.known.entries();
  }

  /** The one that was not asked for longest, but none with calls or an open circuit. Where all have, the cache decides. */
  private forgetOne(): void {
    for (const key of this.known.rkeys()) {
      if (this.known.peek(key)?.isNeeded) continue;
      this.known.delete(key);
      return;
    }
  }
}
