import { UpstreamError } from '../../errors/upstream-error.js';
import { unlessAborted } from '../unless-aborted.js';

/** The chain asks several places one after the other; none of them takes this long. */
const CHAIN_TIMEOUT_MS = 10_000;

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/**
 * Gives the credentials that are valid now.
 * @throws UpstreamError when there are none
 * @throws the signal's reason when it aborts
 */
export type CredentialSource = (signal: AbortSignal) => Promise<AwsCredentials>;

/**
 * AWS's default chain: environment, profile files, SSO, web identity, container and instance roles, kept until they
 * expire. It is AWS's own code that looks there: it reads AWS's variables and files, and calls STS and the metadata
 * services (169.254.169.254) past the gateway's transport and its address guard. No request can steer it.
 */
export function chainCredentials(provider: string, region: string): CredentialSource {
  let chain: CredentialSource | undefined;
  return async (caller) => {
    const timeout = AbortSignal.timeout(CHAIN_TIMEOUT_MS);
    const signal = AbortSignal.any([caller, timeout]);
    try {
      chain ??= await unlessAborted(signal, loadChain(region));
      return await unlessAborted(signal, chain(signal));
    } catch (cause) {
      caller.throwIfAborted();
      if (timeout.aborted) throw new UpstreamError({ reason: 'timeout' }, `${provider} got no credentials in time`);
      const failure = { reason: 'status', status: 401, body: Buffer.alloc(0) } as const;
      throw new UpstreamError(failure, `${provider} has no AWS credentials`, { cause });
    }
  };
}

/** The chain is large and most accounts name their keys, so it is loaded when it is first needed. */
async function loadChain(region: string): Promise<CredentialSource> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const chain = defaultProvider({ clientConfig: { region } });
  return () => chain();
}
