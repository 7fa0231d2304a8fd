import { asks, type Question, type Received } from './faulty-client.js';
import type { Behaviour } from './faulty-call.js';
import type { FaultyModel } from './faulty-model.js';
import type { Dialect } from './tongues/tongue.js';

/** One model of the gateway: who serves it, in order, and how they behave. */
export interface PlaceOptions {
  readonly first: readonly Behaviour[];
  readonly second?: readonly Behaviour[] | undefined;
  readonly third?: readonly Behaviour[] | undefined;
  /** The dialect of each target; the last one is that of all further ones. */
  readonly speaks: readonly Dialect[];
  readonly text?: string | undefined;
  /** Of the model, in the gateway. */
  readonly settings?: object | undefined;
  /** Whether vendors that speak Anthropic's dialect serve a Claude that takes a prefill. */
  readonly takesPrefill?: boolean | undefined;
  /** Whether all vendors give their model the same name. */
  readonly isSameModel?: boolean | undefined;
}

/** One of the places where a model is served. */
export interface PlacedModel {
  /** The provider, as the gateway names it. */
  readonly provider: string;
  readonly model: FaultyModel;
}

/** A model of the gateway, ready to be asked. */
export class Place {
  constructor(
    private readonly gateway: { readonly url: string },
    readonly name: string,
    private readonly targets: readonly PlacedModel[],
  ) {}

  asks(question: Omit<Question, 'model'>): Promise<Received> {
    return asks(this.gateway.url, { ...question, model: this.name });
  }

  get text(): string {
    return this.first.text;
  }

  get first(): FaultyModel {
    return this.target(0).model;
  }

  get second(): FaultyModel {
    return this.target(1).model;
  }

  get third(): FaultyModel {
    return this.target(2).model;
  }

  provider(index: number): string {
    return this.target(index).provider;
  }

  /** `provider/model`. */
  key(index: number): string {
    const { provider, model } = this.target(index);
    return `${provider}/${model.id}`;
  }

  /** How often each target was called. */
  get callCounts(): readonly number[] {
    return this.targets.map(({ model }) => model.calls.length);
  }

  private target(index: number): PlacedModel {
    const target = this.targets[index];
    if (target === undefined) throw new Error(`${this.name} has ${this.targets.length} targets`);
    return target;
  }
}
