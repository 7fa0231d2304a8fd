/** What a newcomer needs to know, printed once when the gateway listens. */
export function startBlock(url: string, isOpen: boolean): string {
  const key = isOpen ? '' : ` -H "authorization: Bearer $KEY"`;
  return `
  LLM gateway

  Base URL   ${url}/v1
  Docs       ${url}/docs
  Health     ${url}/health/ready

  Try it     curl ${url}/v1/chat/completions -H 'content-type: application/json'${key} \\
               -d '{"model":"simulated/echo","messages":[{"role":"user","content":"Hello"}]}'

`;
}
