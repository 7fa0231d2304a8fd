import { UpstreamError } from '../errors/upstream-error.js';
import { type Call, NoTargetFreeError, PlanFailedError } from '../resilience/resilience.js';
import type { Target } from '../routing/target.js';
import type { CallerRequest } from './caller-request.js';
import { type Asking, canBeContinued, continuedConversation } from './continued-conversation.js';
import { TranslationRoute, dialectTo } from './route.js';
import { promptText } from './prompt-text.js';
import type { BegunStream, StreamCalls } from './stream-calls.js';
import type { TargetCalls } from './target-calls.js';
import type { TranslationPipe } from './translation-pipe.js';

/** What a token has at least, in most languages: a continuation must not be allowed more than was asked for. */
const CHARACTERS_IN_A_TOKEN = 4;

/** Has other targets, and at last the same one once more, go on with one request's stream where it broke off. */
export class StreamRecovery {
  private pipe: TranslationPipe | undefined;
  /** Those that have not gone on with it yet, in order. */
  private targets: readonly Target[];

  constructor(
    private readonly request: CallerRequest,
    private readonly targetCalls: TargetCalls,
    private readonly streamCalls: StreamCalls,
    began: Target,
  ) {
    const { targets } = request.plan;
    this.targets = [...targets.slice(targets.indexOf(began) + 1), began];
  }

  /**
   * @param error what the stream broke off with
   * @returns `undefined` where it cannot be continued, or nobody can
   * @throws the deadline's reason
   */
  async goOn({ route }: BegunStream, error: unknown): Promise<BegunStream | undefined> {
    if (this.request.plan.streamRecovery !== 'continue' || !isVendorsFault(error)) return undefined;
    this.pipe ??= this.pipeOf(route);
    const { pipe, targets, request } = this;
    if (!pipe?.soFar.canGoOn || targets.length === 0) return undefined;
    const { exchange, deadline, plan } = request;
    try {
      const begun = await this.targetCalls.run({ targets, retry: plan.retry, exchange, deadline }, (target, call) =>
        this.attempt(pipe, target, call),
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
      if (!(error instanceof UpstreamError && error.isRefusal) || error.subject) throw error;
      return this.ask(pipe, target, { ...call, waitedMs: 0 }, 'words');
    }
  }

  private ask(pipe: TranslationPipe, target: Target, call: Call, asking: Asking): Promise<BegunStream> {
    const { request } = this;
    const { text } = pipe.soFar;
    const tokens = Math.ceil(text.length / CHARACTERS_IN_A_TOKEN);
    const conversation = continuedConversation(request.conversation, text, tokens, asking);
    const route = new TranslationRoute(request, target, dialectTo(request, target).name, conversation);
    pipe.goOn(route.vendor, route.customNames);
    const prompt = (): string => promptText(conversation);
    return this.streamCalls.begin(request, { target, route, call, pipe, prompt, continues: true });
  }
}

/** Whether the vendor is to blame, and not the request or the time. */
function isVendorsFault(error: unknown): boolean {
  if (!(error instanceof UpstreamError)) return false;
  return error.failure.reason === 'status' ? error.isRetryable : error.failure.reason !== 'forbidden_address';
}
