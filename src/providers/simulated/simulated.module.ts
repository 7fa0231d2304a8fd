import { Injectable, Module } from '@nestjs/common';
import type { Vendor } from '../provider.js';
import { SimulatedProvider } from './simulated.provider.js';

@Injectable()
class SimulatedVendor implements Vendor {
  create(name: string): SimulatedProvider {
    return new SimulatedProvider(name);
  }
}

/** A vendor inside the process: no network, no key, no cost. */
@Module({ providers: [SimulatedVendor], exports: [SimulatedVendor] })
export class SimulatedModule {
  static readonly type = 'simulated';
  static readonly vendor = SimulatedVendor;
}
