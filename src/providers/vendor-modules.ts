import { OpenAiCompatibleModule } from './openai-compatible/openai-compatible.module.js';
import { OpenAiModule } from './openai/openai.module.js';
import type { VendorModule } from './provider.js';
import { SimulatedModule } from './simulated/simulated.module.js';

/** The vendors that the gateway knows. Adding one is its folder and its line here. */
export const vendorModules: readonly VendorModule[] = [SimulatedModule, OpenAiModule, OpenAiCompatibleModule];
