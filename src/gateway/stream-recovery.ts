import type { Conversation } from '../dialects/conversation.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { type Call, NoTargetFreeError, PlanFailedError } from '../resilience/resilience.js';
import type { Target } from '../routing/target.js';
import type { CallerRequest } from './caller-request.js';
import { rejectsLosses } from './caller-wishes.js';
import { type Asking, canBeContinued, continuedConversation } from './continued-conversation.js';
import { TranslationRoute, dialectTo } from './route.js';
import { promptText } from './prompt-text.js';
import type { BegunStream, StreamCalls } from './stream-calls.js';
import type { TargetCalls } from './target-calls.js';
import type { TranslationPipe } from './translation-pipe.js';

/** With which a vendor refuses what a request says, such as a message of the assistant at its end. */
const REFUSES_CONTENT = new Set([400, 422]);

/** Has other targets, and at last the same one once more, go on with one request's stream where it broke off. */
export class StreamRecovery {
  private pipe: TranslationPipe | undefined;
  /** Those that have not gone on with it yet, in order. */
  private targets: readonly Target[];
  /** Of the text that the client has. */
  private tokens = 0;

  constructor(
    private readonly request: CallerRequest,
    private readonly targetCalls: TargetCalls,
    private readonly streamCalls: StreamCalls,
    private readonly began: Target,
  ) {
    const { targets } = request.plan;
    this.targets = [...targets.slice(targets.indexOf(began) + 1), began];
  }

  /**
   * @param error what the stream broke off with
   * @returns `undefined` where it cannot be continued, or nobody can
   * @throws the deadline's reason
   */
  async goOn({ route, call: broken }: BegunStream, error: unknown): Promise<BegunStream | undefined> {
    if (this.request.plan.streamRecovery !== 'continue' || !isVendorsFault(error)) return undefined;
    this.pipe ??= this.pipeOf(route);
    const { pipe, targets, request } = this;
    if (!pipe?.soFar.canGoOn || targets.length === 0) return undefined;
    const { exchange, deadline, plan } = request;
    if (pipe.soFar.text !== '') this.tokens += broken.attempt.spending?.usage?.outputTokens ?? 0;
    try {
      const begun = await this.targetCalls.run(
        { targets, retry: plan.retry, exchange, deadline, askedBefore: this.began },
        (target, call) => this.attempt(pipe, target, call),
      );
      this.targets = targets.slice(targets.indexOf(begun.call.target) + 1);
      return begun;
    } catch (failed) {
      if (failed instanceof PlanFailedError || failed instanceof NoTargetFreeError) return undefined;
      throw failed;
    }
  }

  /** @returns `undefined` also for a body that only its own vendor can read */
  private pipeOf(route: BegunStream['route']): TranslationPipe | undefined {
    try {
      return canBeContinued(this.request.conversation) ? route.pipeToGoOn() : undefined;
    } catch {
      return undefined;
    }
  }

  private async attempt(pipe: TranslationPipe, target: Target, call: Call): Promise<BegunStream> {
    const dialect = dialectTo(this.request, target);
    const { conversation } = this.request;
    const takesPrefill = target.provider.takesPrefill ?? dialect.takesPrefill?.(conversation, target.model);
    if (!takesPrefill) return this.ask(pipe, target, call, 'words');
    try {
      return await this.ask(pipe, target, call, 'prefill');
    } catch (error) {
      if (!refusesContent(error)) throw error;
      return this.ask(pipe, target, { ...call, waitedMs: 0 }, 'words');
    }
  }

  private ask(pipe: TranslationPipe, target: Target, call: Call, asking: Asking): Promise<BegunStream> {
    const { request } = this;
    const conversation = continuedConversation(request.conversation, pipe.soFar.text, this.tokens, asking);
    const route = this.routeTo(target, conversation);
    pipe.goOn(route.vendor, route.customNames);
    const prompt = (): string => promptText(conversation);
    return this.streamCalls.begin(request, { target, route, call, pipe, prompt, continues: true });
  }

  /** @throws UpstreamError `unusable` when the target cannot be asked so */
  private routeTo(target: Target, conversation: Conversation): TranslationRoute {
    const { request } = this;
    let route: TranslationRoute;
    try {
      route = new TranslationRoute(request, target, dialectTo(request, target).name, conversation);
    } catch (cause) {
      throw new UpstreamError({ reason: 'unusable' }, 'the target cannot be asked to go on', { cause });
    }
    if (route.dropped.length === 0 || !rejectsLosses(request.request)) return route;
    throw new UpstreamError({ reason: 'unusable' }, 'the target cannot be sent all of the request');
  }
}

function refusesContent(error: unknown): boolean {
  if (!(error instanceof UpstreamError) || error.failure.reason !== 'status' || error.subject) return false;
  return REFUSES_CONTENT.has(error.failure.status);
}

/** Whether the vendor is to blame, and not the request or the time. */
function isVendorsFault(error: unknown): boolean {
  if (!(error instanceof UpstreamError)) return false;
  return error.failure.reason === 'status' ? error.isRetryable : error.failure.reason !== 'forbidden_address';
}
