import type { LanguageModelV2, LanguageModelV3, LanguageModelV4 } from '@ai-sdk/provider';

/** The version of the language model specification that a package is written for. All of them are in use. */
export type SpecificationVersion = AiSdkModel['specificationVersion'];

type AiSdkModel = LanguageModelV2 | LanguageModelV3 | LanguageModelV4;

/** What a provider package's factory makes. */
export type AiSdkModels =
  { readonly languageModel: (modelId: string) => AiSdkModel } | ((modelId: string) => AiSdkModel);

/** A model whose call options have been made for its own version. */
interface CallableModel {
  readonly specificationVersion: SpecificationVersion;
  doGenerate(options: object): PromiseLike<object>;
  doStream(options: object): PromiseLike<{ readonly stream: ReadableStream<unknown> }>;
}

/** @throws what the package throws for a model that it does not know */
export function modelOf(models: AiSdkModels, modelId: string): CallableModel {
  return 'languageModel' in models ? models.languageModel(modelId) : models(modelId);
}
